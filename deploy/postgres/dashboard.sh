#!/bin/sh
# A role that reads the explanations and can do nothing else; run once, when the database is made.
set -eu
psql --set=ON_ERROR_STOP=1 --set=password="$DASHBOARD_PASSWORD" --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" << 'SQL'
CREATE ROLE dashboard LOGIN PASSWORD :'password';
ALTER ROLE dashboard SET default_transaction_read_only = on;
GRANT USAGE ON SCHEMA public TO dashboard;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO dashboard;
SQL

using Explain.Service.AuditTrail.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

// dotnet ef starts this project to learn of the two contexts; it never connects.
return 0;

namespace Explain.Migrations
{
    internal sealed class Sqlite : IDesignTimeDbContextFactory<SqliteAuditTrail>
    {
        public SqliteAuditTrail CreateDbContext(string[] args) =>
            new(new DbContextOptionsBuilder<SqliteAuditTrail>().UseSqlite("Data Source=unused.db").Options);
    }

    internal sealed class Postgres : IDesignTimeDbContextFactory<PostgresAuditTrail>
    {
        public PostgresAuditTrail CreateDbContext(string[] args) =>
            new(new DbContextOptionsBuilder<PostgresAuditTrail>().UseNpgsql("Host=unused").Options);
    }
}

using Explain.Service.Trail.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

// dotnet ef starts this project to learn of the two contexts; it never connects.
return 0;

namespace Explain.Migrations
{
    internal sealed class Sqlite : IDesignTimeDbContextFactory<SqliteTrail>
    {
        public SqliteTrail CreateDbContext(string[] args) =>
            new(new DbContextOptionsBuilder<SqliteTrail>().UseSqlite("Data Source=unused.db").Options);
    }

    internal sealed class Postgres : IDesignTimeDbContextFactory<PostgresTrail>
    {
        public PostgresTrail CreateDbContext(string[] args) =>
            new(new DbContextOptionsBuilder<PostgresTrail>().UseNpgsql("Host=unused").Options);
    }
}

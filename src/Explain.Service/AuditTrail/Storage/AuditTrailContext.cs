using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Explain.Service.AuditTrail.Storage;

/// <summary>The tables of the trail, the same in every database; the two heirs have migrations of their own.</summary>
internal abstract class AuditTrailContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<ExplanationRow> Explanations => Set<ExplanationRow>();

    public DbSet<TargetRow> Targets => Set<TargetRow>();

    public DbSet<MapRow> Maps => Set<MapRow>();

    public DbSet<PictureRow> Pictures => Set<PictureRow>();

    public DbSet<AdminActionRow> AdminActions => Set<AdminActionRow>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTime>().HaveConversion<UtcConverter>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        var explanations = modelBuilder.Entity<ExplanationRow>().ToTable("explanations");
        explanations.HasKey(e => e.Id);
        explanations.HasIndex(e => e.Time);
        explanations.HasIndex(e => e.Model);
        explanations.HasIndex(e => e.ImageDigest);
        explanations.HasIndex(e => new { e.Caller, e.Id });
        explanations.HasOne<PictureRow>().WithMany().HasForeignKey(e => e.PictureDigest).OnDelete(DeleteBehavior.Restrict);

        var targets = modelBuilder.Entity<TargetRow>().ToTable("explanation_targets");
        targets.HasKey(t => new { t.ExplanationId, t.Place });
        targets.HasIndex(t => t.TargetIndex);
        targets.HasOne<ExplanationRow>().WithMany(e => e.Targets).HasForeignKey(t => t.ExplanationId).OnDelete(DeleteBehavior.Cascade);

        var maps = modelBuilder.Entity<MapRow>().ToTable("maps");
        maps.HasKey(m => new { m.ExplanationId, m.Place });
        maps.HasIndex(m => new
        {
            m.Model,
            m.Method,
            m.ExplanationId,
        });
        maps.HasIndex(m => new
        {
            m.Model,
            m.Method,
            m.TargetIndex,
            m.ExplanationId,
        });
        maps.HasOne<TargetRow>()
            .WithOne(t => t.Map)
            .HasForeignKey<MapRow>(m => new { m.ExplanationId, m.Place })
            .OnDelete(DeleteBehavior.Cascade);

        modelBuilder.Entity<PictureRow>().ToTable("pictures").HasKey(p => p.Digest);

        modelBuilder.Entity<AdminActionRow>().ToTable("admin_actions").HasKey(a => a.Id);

        // Names as SQL is written by hand: dashboards query these tables.
        foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(e => e.GetProperties()))
            property.SetColumnName(ColumnNames.Of(property.Name));
    }

    // SQLite forgets that a time is UTC; Npgsql insists on it.
    private sealed class UtcConverter()
        : ValueConverter<DateTime, DateTime>(time => time, time => DateTime.SpecifyKind(time, DateTimeKind.Utc));
}

/// <summary>The trail in a file.</summary>
internal sealed class SqliteAuditTrail(DbContextOptions<SqliteAuditTrail> options) : AuditTrailContext(options);

/// <summary>The trail in PostgreSQL.</summary>
internal sealed class PostgresAuditTrail(DbContextOptions<PostgresAuditTrail> options) : AuditTrailContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        // Ids are compared as bytes, whatever the database's language.
        modelBuilder.Entity<ExplanationRow>().Property(e => e.Id).UseCollation("C");
        modelBuilder.Entity<TargetRow>().Property(t => t.ExplanationId).UseCollation("C");
        modelBuilder.Entity<MapRow>().Property(m => m.ExplanationId).UseCollation("C");
        modelBuilder.Entity<AdminActionRow>().Property(a => a.Id).UseCollation("C");
        foreach (var name in new[] { nameof(TargetRow.Boxes), nameof(TargetRow.Diagnostics), nameof(TargetRow.Output) })
            modelBuilder.Entity<TargetRow>().Property(name).HasColumnType("jsonb");
    }
}

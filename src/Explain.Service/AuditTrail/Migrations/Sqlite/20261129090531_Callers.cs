using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Explain.Service.AuditTrail.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Callers : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "caller_issuer",
                table: "explanations",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "caller_kind",
                table: "explanations",
                type: "TEXT",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "admin_actions",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", nullable: false),
                    time = table.Column<DateTime>(type: "TEXT", nullable: false),
                    request_id = table.Column<string>(type: "TEXT", nullable: false),
                    caller = table.Column<string>(type: "TEXT", nullable: true),
                    caller_kind = table.Column<string>(type: "TEXT", nullable: true),
                    caller_issuer = table.Column<string>(type: "TEXT", nullable: true),
                    action = table.Column<string>(type: "TEXT", nullable: false),
                    subject = table.Column<string>(type: "TEXT", nullable: false),
                    outcome = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_admin_actions", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_explanations_caller_id",
                table: "explanations",
                columns: new[] { "caller", "id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "admin_actions");

            migrationBuilder.DropIndex(
                name: "IX_explanations_caller_id",
                table: "explanations");

            migrationBuilder.DropColumn(
                name: "caller_issuer",
                table: "explanations");

            migrationBuilder.DropColumn(
                name: "caller_kind",
                table: "explanations");
        }
    }
}

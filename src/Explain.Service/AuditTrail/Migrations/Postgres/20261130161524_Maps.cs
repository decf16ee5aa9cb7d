using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Explain.Service.AuditTrail.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Maps : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "maps",
                columns: table => new
                {
                    explanation_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    place = table.Column<int>(type: "integer", nullable: false),
                    model = table.Column<string>(type: "text", nullable: false),
                    method = table.Column<string>(type: "text", nullable: false),
                    target_index = table.Column<int>(type: "integer", nullable: true),
                    height = table.Column<int>(type: "integer", nullable: false),
                    width = table.Column<int>(type: "integer", nullable: false),
                    peak = table.Column<float>(type: "real", nullable: false),
                    content = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_maps", x => new { x.explanation_id, x.place });
                    table.ForeignKey(
                        name: "FK_maps_explanation_targets_explanation_id_place",
                        columns: x => new { x.explanation_id, x.place },
                        principalTable: "explanation_targets",
                        principalColumns: new[] { "explanation_id", "place" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_maps_model_method_explanation_id",
                table: "maps",
                columns: new[] { "model", "method", "explanation_id" });

            migrationBuilder.CreateIndex(
                name: "IX_maps_model_method_target_index_explanation_id",
                table: "maps",
                columns: new[] { "model", "method", "target_index", "explanation_id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "maps");
        }
    }
}

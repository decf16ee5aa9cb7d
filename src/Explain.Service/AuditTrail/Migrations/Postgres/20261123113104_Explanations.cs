using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Explain.Service.AuditTrail.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Explanations : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "pictures",
                columns: table => new
                {
                    digest = table.Column<string>(type: "text", nullable: false),
                    media_type = table.Column<string>(type: "text", nullable: false),
                    content = table.Column<byte[]>(type: "bytea", nullable: false),
                    time = table.Column<DateTime>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_pictures", x => x.digest);
                });

            migrationBuilder.CreateTable(
                name: "explanations",
                columns: table => new
                {
                    id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    time = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    request_id = table.Column<string>(type: "text", nullable: false),
                    protocol = table.Column<string>(type: "text", nullable: false),
                    content_id = table.Column<string>(type: "text", nullable: false),
                    model = table.Column<string>(type: "text", nullable: false),
                    model_version = table.Column<string>(type: "text", nullable: false),
                    model_sha256 = table.Column<string>(type: "text", nullable: false),
                    caller = table.Column<string>(type: "text", nullable: true),
                    image_digest = table.Column<string>(type: "text", nullable: false),
                    image_bytes = table.Column<long>(type: "bigint", nullable: false),
                    image_width = table.Column<int>(type: "integer", nullable: false),
                    image_height = table.Column<int>(type: "integer", nullable: false),
                    cache_hit = table.Column<bool>(type: "boolean", nullable: false),
                    media_type = table.Column<string>(type: "text", nullable: false),
                    decode_ms = table.Column<double>(type: "double precision", nullable: false),
                    preprocess_ms = table.Column<double>(type: "double precision", nullable: false),
                    queue_ms = table.Column<double>(type: "double precision", nullable: false),
                    run_ms = table.Column<double>(type: "double precision", nullable: false),
                    map_ms = table.Column<double>(type: "double precision", nullable: false),
                    render_ms = table.Column<double>(type: "double precision", nullable: false),
                    picture_digest = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_explanations", x => x.id);
                    table.ForeignKey(
                        name: "FK_explanations_pictures_picture_digest",
                        column: x => x.picture_digest,
                        principalTable: "pictures",
                        principalColumn: "digest",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "explanation_targets",
                columns: table => new
                {
                    explanation_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    place = table.Column<int>(type: "integer", nullable: false),
                    method = table.Column<string>(type: "text", nullable: false),
                    layer = table.Column<string>(type: "text", nullable: false),
                    score = table.Column<string>(type: "text", nullable: false),
                    target_index = table.Column<int>(type: "integer", nullable: true),
                    target_label = table.Column<string>(type: "text", nullable: true),
                    logit = table.Column<float>(type: "real", nullable: true),
                    probability = table.Column<float>(type: "real", nullable: true),
                    output = table.Column<string>(type: "jsonb", nullable: true),
                    boxes = table.Column<string>(type: "jsonb", nullable: false),
                    diagnostics = table.Column<string>(type: "jsonb", nullable: false),
                    partial_done = table.Column<int>(type: "integer", nullable: true),
                    partial_of = table.Column<int>(type: "integer", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_explanation_targets", x => new { x.explanation_id, x.place });
                    table.ForeignKey(
                        name: "FK_explanation_targets_explanations_explanation_id",
                        column: x => x.explanation_id,
                        principalTable: "explanations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_explanation_targets_target_index",
                table: "explanation_targets",
                column: "target_index");

            migrationBuilder.CreateIndex(
                name: "IX_explanations_image_digest",
                table: "explanations",
                column: "image_digest");

            migrationBuilder.CreateIndex(
                name: "IX_explanations_model",
                table: "explanations",
                column: "model");

            migrationBuilder.CreateIndex(
                name: "IX_explanations_picture_digest",
                table: "explanations",
                column: "picture_digest");

            migrationBuilder.CreateIndex(
                name: "IX_explanations_time",
                table: "explanations",
                column: "time");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "explanation_targets");

            migrationBuilder.DropTable(
                name: "explanations");

            migrationBuilder.DropTable(
                name: "pictures");
        }
    }
}

#include "projections/reports/report_lines.h"

#include <boost/json.hpp>

#include "ledger/json.h"
#include "ledger/log_lines.h"
#include "projections/reports/report_texts.h"

namespace kinledger::projections {
namespace {

namespace json = boost::json;

using ledger::Parsed;
using ledger::Result;

/// Longest line of a row.
constexpr std::size_t row_line_bytes_max = std::size_t{1} << 20;

std::string with_identities(const MadeReport& made, std::size_t row) {
  if (made.identities.empty()) return made.rows[row];
  auto value = json::parse(made.rows[row]);
  json::object identity;
  const auto& texts = made.identities[row];
  for (std::size_t i = 0; i < made.manifest.identities.size(); ++i)
    identity.emplace(made.manifest.identities[i],
                     json::object{{"name", texts[2 * i]}, {"number", texts[2 * i + 1]}});
  value.get_object().emplace("identity", std::move(identity));
  return ledger::canonical_json(value);
}

Result<void> write_row_lines(const MadeReport& made, std::string_view separator, const Out& out) {
  for (std::size_t i = 0; i < made.rows.size(); ++i) {
    auto line = with_identities(made, i);
    if (i + 1 < made.rows.size()) line += separator;
    if (auto written = out(line += '\n'); !written) return written;
  }
  return {};
}

std::string text_in(const json::value* object, std::string_view key) {
  const auto* members = object == nullptr ? nullptr : object->if_object();
  const auto* text = members == nullptr ? nullptr : members->if_contains(key);
  return text != nullptr && text->is_string() ? std::string(text->get_string()) : std::string();
}

bool take_json_row(std::string_view line, MadeReport& read) {
  auto value = ledger::parse_json(line, row_line_bytes_max);
  if (!value || !value->is_object() || read.rows.size() > report_rows_max) return false;
  auto& object = value->get_object();
  if (!read.manifest.identities.empty()) {
    const auto* identity = object.if_contains("identity");
    if (identity == nullptr || !identity->is_object()) return false;
    auto& texts = read.identities.emplace_back();
    for (const auto& column : read.manifest.identities) {
      const auto* of = identity->get_object().if_contains(column);
      texts.push_back(text_in(of, "name"));
      texts.push_back(text_in(of, "number"));
    }
    object.erase("identity");
  }
  for (const auto& member : object)
    if (member.value().is_double()) return false;
  read.rows.push_back(ledger::canonical_json(object));
  return true;
}

}  // namespace

Result<void> write_report_json(const MadeReport& made, const Out& out) {
  auto written = out(std::string(report_lines_begin) + made.manifest.to_text() + ",\n\"rows\":[\n");
  if (written) written = write_row_lines(made, ",", out);
  if (!written) return written;
  return out("],\n\"end\":" + std::to_string(made.rows.size()) + "}\n");
}

Result<void> write_report_ndjson(const MadeReport& made, const Out& out) {
  auto written = out(std::string(report_lines_begin) + made.manifest.to_text() + "}\n");
  if (written) written = write_row_lines(made, "", out);
  if (!written) return written;
  return out("{\"end\":" + std::to_string(made.rows.size()) + "}\n");
}

Parsed<MadeReport> read_report_lines(std::string_view text) {
  auto left = text;
  const auto first = ledger::take_line(left);
  if (!first || !first->starts_with(report_lines_begin)) return not_a_report();
  const auto manifest_end = first->size() - 1;  // "," or "}" behind it
  auto manifest = read_manifest(
      first->substr(report_lines_begin.size(), manifest_end - report_lines_begin.size()));
  if (!manifest) return manifest.error();
  MadeReport read{std::move(*manifest), {}, {}};
  const bool is_json = first->back() == ',';
  if (is_json && ledger::take_line(left) != "\"rows\":[") return not_a_report();
  const auto number = std::to_string(read.manifest.rows);
  const auto end = is_json ? std::string("],") : "{\"end\":" + number + "}";
  for (;;) {
    auto line = ledger::take_line(left);
    if (!line) return not_a_report();
    if (*line == end) break;
    if (is_json && line->ends_with(',')) line->remove_suffix(1);
    if (!take_json_row(*line, read)) return not_a_report();
  }
  // Nothing else may stand in the file: written again it is the same.
  std::string_view rest = text;
  const Out compare = [&rest](std::string_view piece) -> Result<void> {
    if (!rest.starts_with(piece)) return ledger::Error{ledger::Failure::invalid, "differs"};
    rest.remove_prefix(piece.size());
    return {};
  };
  const auto same = is_json ? write_report_json(read, compare) : write_report_ndjson(read, compare);
  // A changed row is the digest's to tell; a file that was cut off or added to is none.
  if (!same || !rest.empty()) return not_a_report();
  return read;
}

}  // namespace kinledger::projections

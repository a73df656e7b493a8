#include "projections/reports/manifest.h"

#include <boost/json.hpp>
#include <limits>
#include <utility>

#include "ledger/json.h"
#include "projections/label_json.h"
#include "projections/member_reader.h"

namespace kinledger::projections {
namespace {

namespace json = boost::json;

constexpr std::string_view manifest_format = "kinledger report 1";
constexpr std::string_view no_checkpoint = "none";

json::object json_of(const Arguments& arguments) {
  json::object object;
  if (arguments.unit) object.emplace("unit", to_text(*arguments.unit));
  if (arguments.year) object.emplace("year", arguments.year->value);
  for (const auto& [name, text] : arguments.named) object.emplace(name, text);
  return object;
}

json::array packs_json(const Manifest& manifest) {
  json::array packs;
  for (const auto& pack : manifest.packs)
    packs.push_back(json::object{
        {"pack", pack.pack}, {"version", pack.version}, {"digest", to_text(pack.digest)}});
  return packs;
}

json::array columns_json(const Manifest& manifest) {
  json::array columns;
  for (const auto& column : manifest.columns)
    columns.push_back(json::object{{"name", column.name},
                                   {"holds", column.holds},
                                   {"zh", column.title.zh},
                                   {"en", column.title.en}});
  return columns;
}

Label label_in(MemberReader& reader, std::string_view key) {
  MemberReader part(reader.find(key));
  Label label{part.text("zh"), part.text("en")};
  return part.good() ? label : reader.fail<Label>();
}

std::optional<Basis> basis_in(const json::value* value) {
  MemberReader reader(value);
  Basis basis{reader.text("origin"), {reader.number("size")}, reader.id<ledger::Hash>("root"), {}};
  const auto at = ledger::parse_recorded_at(reader.text("recordedAt"));
  if (!at || !reader.good()) return std::nullopt;
  basis.recorded_at = *at;
  return basis;
}

std::optional<Arguments> arguments_in(MemberReader& manifest) {
  Arguments arguments;
  const auto on = ledger::parse_date(manifest.text("on"));
  const auto* value = manifest.find("arguments");
  if (!on || value == nullptr || !value->is_object()) return std::nullopt;
  arguments.on = *on;
  MemberReader reader(value);
  for (const auto& member : reader.members()) {
    if (member.key() == "unit") {
      ledger::UnitId unit;
      if (!ledger::from_hex(reader.text("unit"), unit.bytes)) return std::nullopt;
      arguments.unit = unit;
    } else if (member.key() == "year") {
      const auto year = reader.number("year");
      if (year > std::numeric_limits<std::int16_t>::max()) return std::nullopt;
      arguments.year = ledger::Year{static_cast<std::int32_t>(year)};
    } else {
      arguments.named.emplace_back(member.key(), reader.text(member.key()));
    }
  }
  return reader.good() ? std::optional(std::move(arguments)) : std::nullopt;
}

bool read_lists(MemberReader& reader, Manifest& manifest) {
  for (const auto& element : reader.list("packs")) {
    MemberReader pack(&element);
    manifest.packs.push_back(
        {pack.text("pack"), pack.text("version"), pack.id<ledger::Hash>("digest")});
    if (!pack.good()) return false;
  }
  for (const auto& element : reader.list("columns")) {
    MemberReader column(&element);
    manifest.columns.push_back(
        {column.text("name"), column.text("holds"), {column.text("zh"), column.text("en")}});
    if (!column.good()) return false;
  }
  for (const auto& element : reader.list("identities")) {
    if (!element.is_string()) return false;
    manifest.identities.emplace_back(element.get_string());
  }
  return true;
}

std::optional<Manifest> manifest_in(const json::value& value) {
  MemberReader reader(&value);
  Manifest manifest;
  manifest.report = reader.text("report");
  manifest.version = static_cast<std::uint32_t>(reader.number("version"));
  manifest.title = label_in(reader, "title");
  auto arguments = arguments_in(reader);
  auto basis = basis_in(reader.find("basis"));
  if (!arguments || !basis || !read_lists(reader, manifest)) return std::nullopt;
  manifest.arguments = std::move(*arguments);
  manifest.basis = std::move(*basis);
  if (const auto* of = reader.find("journal")) {
    MemberReader journal(of);
    manifest.journal = JournalState{{journal.number("size")}, journal.id<ledger::Hash>("root")};
    if (!journal.good()) return std::nullopt;
  }
  manifest.rows = reader.number("rows");
  const auto* totals = reader.find("totals");
  const auto* words = reader.find("words");
  if (totals == nullptr || words == nullptr) return std::nullopt;
  manifest.totals = ledger::canonical_json(*totals);
  auto read_words = Words::read(*words);
  if (!read_words) return std::nullopt;
  manifest.words = std::move(*read_words);
  manifest.digest = reader.id<ledger::Hash>("digest");
  manifest.program = reader.text("program");
  manifest.checkpoint = reader.text("checkpoint");
  if (manifest.checkpoint == no_checkpoint) manifest.checkpoint.clear();
  return reader.good() ? std::optional(std::move(manifest)) : std::nullopt;
}

}  // namespace

std::string Manifest::to_text() const {
  json::array identity_columns;
  for (const auto& column : identities) identity_columns.emplace_back(column);
  json::object object{
      {"format", manifest_format},
      {"report", report},
      {"version", version},
      {"title", label_json(title)},
      {"on", ledger::to_text(arguments.on)},
      {"known", ledger::to_text(ledger::civil_date_of(basis.recorded_at))},
      {"arguments", json_of(arguments)},
      {"basis", projections::to_json(basis)},
      {"packs", packs_json(*this)},
      {"columns", columns_json(*this)},
      {"rows", rows},
      {"totals", json::parse(totals)},
      {"digest", ledger::to_text(digest)},
      {"program", program},
      {"checkpoint", checkpoint.empty() ? no_checkpoint : std::string_view(checkpoint)},
      {"identities", std::move(identity_columns)},
      {"words", words.to_json()}};
  if (journal)
    object.emplace("journal", json::object{{"size", journal->size.value},
                                           {"root", ledger::to_text(journal->root)}});
  return ledger::canonical_json(object);
}

ledger::Parsed<Manifest> read_manifest(std::string_view text) {
  const ledger::Reason malformed("REPORT_MANIFEST", "报表的清单不完整，或已被改动",
                                 "the manifest of the report is not whole, or was changed");
  const auto value = ledger::parse_json(text, manifest_bytes_max);
  if (!value) return value.error();
  if (ledger::has_fraction(*value)) return malformed;
  auto manifest = manifest_in(*value);
  if (!manifest || manifest->to_text() != text) return malformed;
  return std::move(*manifest);
}

}  // namespace kinledger::projections

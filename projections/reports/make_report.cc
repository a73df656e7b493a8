#include "projections/reports/make_report.h"

#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <set>
#include <utility>

#include "ledger/crypto.h"
#include "ledger/json.h"
#include "projections/question_arguments.h"
#include "projections/questions/unit_numbers.h"

namespace kinledger::projections {
namespace {

namespace json = boost::json;

using ledger::Parsed;
using ledger::PersonId;
using ledger::Reason;
using ledger::Result;

std::vector<std::string> texts_of(const std::vector<std::string_view>& names) {
  return {names.begin(), names.end()};
}

std::vector<Manifest::Pack> packs_of(const Rulebook& rules) {
  std::vector<Manifest::Pack> packs;
  for (const auto* declared : rules.packs()) {
    auto& pack = packs.emplace_back(Manifest::Pack{declared->pack, declared->version, {}});
    for (const auto& fact : rules.region().of(ledger::EventType::pack_adopted)) {
      const auto digest = ledger::as_bytes(fact.event.text(ledger::Field::digest));
      if (fact.event.text(ledger::Field::pack) == pack.pack &&
          digest.size() == pack.digest.bytes.size())
        std::ranges::copy(digest, pack.digest.bytes.begin());
    }
  }
  return packs;
}

Manifest manifest_of(const Report& report, const Arguments& arguments, const Asking& asking) {
  Manifest manifest;
  manifest.report = report.name();
  manifest.version = report.version;
  manifest.title = {std::string(report.asks.zh), std::string(report.asks.en)};
  manifest.arguments = arguments;
  std::ranges::sort(manifest.arguments.named);
  manifest.basis = asking.basis;
  manifest.packs = packs_of(asking.knowledge.rules());
  for (const auto& column : report.columns)
    manifest.columns.push_back({std::string(column.name),
                                std::string(column.holds),
                                {std::string(column.zh), std::string(column.en)}});
  manifest.program = asking.program;
  return manifest;
}

/// By the units' numbers, where they are recorded.
void name_units(const Report& report, RowBook& rows, Knowledge& knowledge) {
  for (const auto& [unit, number] : numbers_of(knowledge, rows.units()))
    for (const auto& column : report.columns)
      if (column.holds == "unit")
        rows.words().add(column.name, "\"" + ledger::to_text(unit) + "\"", {number, number});
}

Reason too_large(std::string zh, std::string en) {
  return {"REPORT_TOO_LARGE", std::move(zh), std::move(en)};
}

/// Digest, totals and number of the rows; a refusal where a total is out of range.
std::optional<Reason> count_rows(const Report& report, MadeReport& made) {
  Totals totals(made.manifest.columns, texts_of(report.summed), texts_of(report.grouped_by));
  ledger::Sha256 digest;
  for (const auto& row : made.rows) {
    digest.update(ledger::as_bytes(row)).update(ledger::as_bytes("\n"));
    totals.add(json::parse(row).get_object());
  }
  if (totals.is_too_large())
    return too_large("合计超出范围，请缩小范围", "a total is out of range: narrow the report");
  made.manifest.rows = made.rows.size();
  made.manifest.totals = ledger::canonical_json(totals.to_json());
  made.manifest.digest = digest.finish();
  return std::nullopt;
}

Result<Parsed<MadeReport>> finish(const Report& report, const Arguments& arguments, Asking& asking,
                                  RowBook rows) {
  if (rows.size() > report_rows_max)
    return Parsed<MadeReport>(too_large("报表超过 1,000,000 行，请用 --unit、--area 缩小范围",
                                        "the report has more than 1,000,000 rows: narrow it"));
  name_units(report, rows, asking.knowledge);
  if (const auto& fault = asking.knowledge.fault()) return *fault;
  MadeReport made{manifest_of(report, arguments, asking), rows.take_rows(), {}};
  rows.words().settle();
  made.manifest.words = std::move(rows.words());
  if (auto refused = count_rows(report, made)) return Parsed<MadeReport>(*std::move(refused));
  return Parsed<MadeReport>(std::move(made));
}

std::vector<std::string> person_columns(const Manifest& manifest) {
  std::vector<std::string> columns;
  for (const auto& column : manifest.columns)
    if (column.holds == "person") columns.push_back(column.name);
  return columns;
}

std::optional<PersonId> person_in(const json::object& row, std::string_view column) {
  const auto* cell = row.if_contains(column);
  if (cell == nullptr || !cell->is_string()) return std::nullopt;
  PersonId person;
  const auto& text = cell->get_string();
  if (!ledger::from_hex({text.data(), text.size()}, person.bytes)) return std::nullopt;
  return person;
}

}  // namespace

std::vector<Label> identity_titles(const Manifest& manifest) {
  std::vector<Label> titles;
  for (const auto& column : manifest.columns) {
    if (std::ranges::find(manifest.identities, column.name) == manifest.identities.end()) continue;
    titles.push_back({column.title.zh + "姓名", column.title.en + ": name"});
    titles.push_back({column.title.zh + "证件号码", column.title.en + ": ID number"});
  }
  return titles;
}

Result<Parsed<MadeReport>> make_report(const Report& report, const Arguments& arguments,
                                       Asking& asking) {
  invariant(report.make != nullptr, report.name());
  if (auto refused = refusal_of(arguments, report.asks, asking.knowledge.rules()))
    return Parsed<MadeReport>(*std::move(refused));
  RowBook rows(report.columns);
  if (const auto made = report.make(asking, arguments, rows); !made) return made.error();
  if (const auto& fault = asking.knowledge.fault()) return *fault;
  return finish(report, arguments, asking, std::move(rows));
}

Result<Parsed<MadeReport>> make_report(const Report& report, const Arguments& arguments,
                                       Asking& asking, RowBook rows, const JournalState& journal) {
  if (auto refused = refusal_of(arguments, report.asks, asking.knowledge.rules()))
    return Parsed<MadeReport>(*std::move(refused));
  auto made = finish(report, arguments, asking, std::move(rows));
  if (made && *made) (*made)->manifest.journal = journal;
  return made;
}

std::vector<PersonId> persons_in(const MadeReport& made) {
  std::set<PersonId> persons;
  const auto columns = person_columns(made.manifest);
  for (const auto& row : made.rows) {
    const auto value = json::parse(row);
    for (const auto& column : columns)
      if (const auto person = person_in(value.get_object(), column)) persons.insert(*person);
  }
  return {persons.begin(), persons.end()};
}

Result<void> add_identities(MadeReport& made, const ledger::Vault& vault,
                            const MayBeTold& may_be_told) {
  made.manifest.identities = person_columns(made.manifest);
  std::map<PersonId, std::pair<std::string, std::string>> known;
  for (const auto& person : persons_in(made)) {
    const auto opened = vault.identity_of(person);
    if (!opened) return opened.error();
    if (!*opened) continue;
    const auto told = may_be_told(person);
    if (!told) return told.error();
    if (!*told) continue;
    const auto& latest = (*opened)->identities.back();
    known.emplace(person, std::pair(latest.name, latest.identity.number));
  }
  for (const auto& row : made.rows) {
    const auto value = json::parse(row);
    auto& texts = made.identities.emplace_back();
    for (const auto& column : made.manifest.identities) {
      const auto person = person_in(value.get_object(), column);
      const auto at = person ? known.find(*person) : known.end();
      texts.push_back(at == known.end() ? std::string() : at->second.first);
      texts.push_back(at == known.end() ? std::string() : at->second.second);
    }
  }
  return {};
}

}  // namespace kinledger::projections

// A ledger of Hangzhou whose reports have rows: units with accounts, children of several kinds, an
// employer in arrears, a school, a finding.
#pragma once

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <sstream>

#include "ledger/json.h"
#include "projections/archive.h"
#include "projections/builtin_packs.h"
#include "projections/reports/report_file.h"
#include "tests/ledger/ledger_fixture.h"

namespace kinledger::projections {

class ReportsTest : public testing::Test {
 protected:
  using EventType = ledger::EventType;
  using Field = ledger::Field;

  const ledger::IdentityNumber child_ = ledger::resident("20120615", 24);
  const ledger::IdentityNumber sister_ = ledger::resident("20100220", 15);
  const ledger::IdentityNumber newborn_ = ledger::resident("20200302", 33);

  ReportsTest() {
    options_.directory = directory_.path() / "ledger";
    archive_ = Archive::create(options_, "test.kinledger.invalid", {330100}, random_).value();
    for (const auto* pack : {"hangzhou-2021", "hangzhou-2022"})
      EXPECT_TRUE(archive_->adopt(find_builtin_pack(pack)->text)->receipt) << pack;
    add_units();
    add_children();
    add_school();
    add_employer();
    add_finding();
  }

  // ------------------------------------------------------------ facts

  void hand_in(std::vector<ledger::SubmittedEvent> events) {
    ledger::Submission submission;
    submission.key = "facts " + std::to_string(++submissions_);
    submission.registers_persons = true;
    submission.events = std::move(events);
    const auto outcome = archive_->submit(submission).value();
    for (const auto& refusal : outcome.refusals)
      ADD_FAILURE() << refusal.field << " " << refusal.reason.code << " " << refusal.reason.en;
  }

  static ledger::SubmittedEvent about(EventType type, std::string_view on,
                                      const ledger::IdentityNumber& who,
                                      Field field = Field::person) {
    auto event = ledger::event(type, on);
    event.persons.emplace_back(field, ledger::person(who));
    return event;
  }
  static ledger::SubmittedEvent of_unit(EventType type, std::string_view on, std::string number,
                                        Field field = Field::unit) {
    auto event = ledger::event(type, on);
    event.units.emplace_back(field, std::move(number));
    return event;
  }

  void add_units() {
    for (const auto& [number, name, level] :
         {std::tuple("330199001", "=HYPERLINK(\"http://example.invalid\")", "municipal"),
          std::tuple("330199002", "<b>示例</b>区属机关", "district")}) {
      auto event = of_unit(EventType::unit_recorded, "2020-01-01", number);
      event.draft.set(Field::name, std::string_view(name));
      event.draft.set(Field::unit_type, std::string_view("administrativeOrgan"));
      event.draft.set(Field::fiscal_level, std::string_view(level));
      event.draft.set(Field::full_guarantee, static_cast<std::int64_t>(ledger::YesNo::yes));
      event.draft.set(Field::area, ledger::Area{330106});
      hand_in({event});
      auto allocated = of_unit(EventType::channel_fund_allocated, "2022-01-10", number);
      allocated.draft.set(Field::fund_year, ledger::Year{2022});
      allocated.draft.set(Field::amount, ledger::Fen{192'000});
      hand_in({allocated});
    }
  }

  void add_children() {
    for (const auto& who : {child_, sister_}) {
      hand_in({ledger::person_registered(who, "一个名字")});
      auto member = about(EventType::legacy_membership_recorded, "2018-01-01", who);
      member.units.emplace_back(Field::unit, "330199001");
      member.draft.set(Field::until, ledger::date("2021-01-01"));
      auto converted = about(EventType::legacy_member_converted, "2021-01-01", who);
      converted.draft.set(Field::from_scheme, std::string_view("legacyChildPooling"));
      converted.draft.set(Field::scheme, std::string_view("children"));
      auto hukou = about(EventType::person_status_recorded, "2018-09-01", who);
      hukou.draft.set(Field::kind, std::string_view("hukou"));
      hukou.draft.set(Field::area, ledger::Area{330106});
      hand_in({member, converted, hukou});
    }
    hand_in({ledger::premium_paid(child_, "2021-03-01", ledger::Fen{25'000})});
    auto settled = about(EventType::annual_settlement_received, "2022-01-20", child_);
    settled.draft.set(Field::settlement_year, ledger::Year{2021});
    settled.draft.set(Field::deductible_total, ledger::Fen{30'000});
    settled.draft.set(Field::subsidy_eligible_amount, ledger::Fen{123'450});
    auto paid = about(EventType::subsidy_reimbursed, "2022-03-05", child_);
    paid.units.emplace_back(Field::unit, "330199001");
    paid.draft.set(Field::settlement_year, ledger::Year{2021});
    paid.draft.set(Field::amount, ledger::Fen{100'050});
    hand_in({settled, paid});
    hand_in({ledger::person_registered(newborn_, "另一个名字")});
    auto enrolled = about(EventType::enrollment_registered, "2021-05-10", newborn_);
    enrolled.draft.set(Field::scheme, std::string_view("children"));
    enrolled.draft.set(Field::insurance_year, ledger::Year{2021});
    auto certificate = about(EventType::certificate_recorded, "2021-01-01", newborn_);
    certificate.draft.set(Field::kind, std::string_view("lowIncomeEdge"));
    hand_in({enrolled, certificate});
    auto subsidised = about(EventType::fiscal_premium_subsidised, "2021-06-01", newborn_);
    subsidised.draft.set(Field::insurance_year, ledger::Year{2021});
    subsidised.draft.set(Field::amount, ledger::Fen{25'000});
    hand_in({subsidised});
  }

  void add_school() {
    auto school = of_unit(EventType::organisation_recorded, "2020-01-01", "330199100");
    school.draft.set(Field::name, std::string_view("示例小学"));
    school.draft.set(Field::kind, std::string_view("school"));
    hand_in({school});
    std::vector<ledger::SubmittedEvent> roster;
    auto head = of_unit(EventType::roster_reported, "2021-09-10", "330199100", Field::agent_unit);
    head.draft.set(Field::insurance_year, ledger::Year{2021});
    head.draft.set(Field::entries, std::int64_t{2});
    roster.push_back(head);
    for (const auto& who : {child_, sister_}) {
      auto entry = about(EventType::roster_entry_reported, "2021-09-10", who);
      entry.units.emplace_back(Field::agent_unit, "330199100");
      entry.draft.set(Field::insurance_year, ledger::Year{2021});
      entry.draft.set(Field::eligible, static_cast<std::int64_t>(ledger::YesNo::yes));
      entry.draft.set(Field::school_class, std::string_view("三（2）班"));
      roster.push_back(entry);
    }
    hand_in(std::move(roster));
    auto declared =
        of_unit(EventType::agent_declaration_filed, "2021-09-20", "330199100", Field::agent_unit);
    declared.draft.set(Field::insurance_year, ledger::Year{2021});
    declared.draft.set(Field::payers, std::int64_t{1});
    declared.draft.set(Field::exempt, std::int64_t{0});
    declared.draft.set(Field::amount, ledger::Fen{25'000});
    hand_in({declared});
    auto receipt = of_unit(EventType::receipt_issued, "2021-09-21", "330199100", Field::agent_unit);
    receipt.draft.set(Field::insurance_year, ledger::Year{2021});
    receipt.draft.set(Field::receipt_number, std::string_view("R-1"));
    hand_in({receipt});
  }

  void add_employer() {
    auto assessed = of_unit(EventType::employer_contribution_assessed, "2022-02-01", "330199001");
    assessed.draft.set(Field::month, ledger::parse_month("2022-02").value());
    assessed.draft.set(Field::amount, ledger::Fen{1'000'000});
    assessed.draft.set(Field::due_on, ledger::date("2022-02-25"));
    hand_in({assessed});
  }

  void add_finding() {
    auto opened = ledger::event(EventType::finding_opened, "2021-02-01");
    opened.draft.set(Field::finding, std::string_view("A-1"));
    opened.draft.set(Field::due_by, ledger::date("2021-12-31"));
    hand_in({opened});
  }

  // ------------------------------------------------------------ reports

  /// Arguments with which a report has rows.
  Arguments arguments_for(const Report& report) const {
    Arguments arguments;
    arguments.on = ledger::date("2022-06-30");
    if (report.asks.find_argument("year") != nullptr && report.name() != "arrears")
      arguments.year = ledger::Year{report.name() == "finance" ? 2022 : 2021};
    if (report.name() == "unitSettlement") arguments.unit = ledger::unit_id("330199001");
    return arguments;
  }

  ledger::Parsed<MadeReport> try_make(const Report& report, const Arguments& arguments) {
    const auto view = archive_->view(archive_->ledger().durable().size).value();
    auto asking = archive_->asking(view);
    return make_report(report, arguments, asking).value();
  }
  MadeReport make(std::string_view name) {
    const auto* report = find_report(name);
    EXPECT_NE(report, nullptr) << name;
    return try_make(*report, arguments_for(*report)).value();
  }

  static boost::json::object row(const MadeReport& made, std::size_t number) {
    return boost::json::parse(made.rows.at(number)).get_object();
  }
  static std::string text(const boost::json::object& row, std::string_view column) {
    const auto& value = row.at(column);
    return value.is_string() ? std::string(value.get_string()) : ledger::canonical_json(value);
  }
  boost::json::object totals(const MadeReport& made) {
    return boost::json::parse(made.manifest.totals).get_object();
  }

  std::filesystem::path path(const std::string& name) const { return directory_.path() / name; }
  static std::string bytes_of(const std::filesystem::path& file) {
    std::ostringstream bytes;
    bytes << std::ifstream(file, std::ios::binary).rdbuf();
    return bytes.str();
  }
  /// Writes it as NAME and gives the path.
  std::filesystem::path write(const MadeReport& made, const std::string& name,
                              const ReportLook& look = {}) const {
    const auto file = path(name);
    const auto written = write_report(made, file, report_format_of(file).value(), look);
    EXPECT_TRUE(written) << written.error().what;
    return file;
  }

  TestDirectory directory_;
  ledger::LedgerOptions options_;
  ledger::SeededRandom random_{20210101};
  std::unique_ptr<Archive> archive_;
  int submissions_ = 0;
};

}  // namespace kinledger::projections

// the end of the legacy pooling.
#include <algorithm>
#include <array>
#include <atomic>
#include <iterator>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "projections/judgments/channel_account.h"
#include "projections/judgments/legacy_pooling.h"
#include "projections/judgments/sums.h"
#include "projections/judgments/units.h"
#include "projections/questions/answer_writer.h"
#include "projections/questions/topics.h"

namespace kinledger::projections {
namespace {

using ledger::Fen;
using ledger::PersonId;
using ledger::Result;

void write_outstanding(std::string_view field, const Judged<Fen>& due, Fen collected,
                       AnswerWriter& writer) {
  if (!due.value) {
    writer.put(field, due);
    return;
  }
  writer.put(field, {difference(*due.value, collected)}, due.backing);
}

Result<void> judge_legacy(Asking& asking, const Arguments& arguments, AnswerWriter& writer) {
  auto& knowledge = asking.knowledge;
  const auto jurisdiction = jurisdiction_of_unit(knowledge, *arguments.unit);
  writer.use(jurisdiction);
  std::optional<ledger::Month> month;
  if (const auto text = arguments.text("month"); !text.empty()) {
    month = ledger::parse_month(text).value();
  }
  const auto premium = judge_legacy_premium(knowledge, *arguments.unit, jurisdiction, month);
  writer.put("month", {premium.month});
  writer.put("fiscalLevel", {writer.code("fiscalLevel", premium.fiscal_level)});
  writer.put("headcount", {std::int64_t{premium.headcount}});
  writer.put("unitRate", premium.unit_rate);
  writer.put("personalRate", premium.personal_rate);
  writer.put("unitDue", premium.unit_due);
  writer.put("personalDue", premium.personal_due);
  writer.put("collectionMonth", premium.collected_in);
  writer.put("unitCollected", {premium.unit_collected});
  writer.put("personalCollected", {premium.personal_collected});
  writer.put_or_none("collectedOn", premium.collected_on);
  write_outstanding("unitOutstanding", premium.unit_due, premium.unit_collected, writer);
  write_outstanding("personalOutstanding", premium.personal_due, premium.personal_collected,
                    writer);
  writer.apply(premium.steps);
  return {};
}

constexpr Heading migration_columns[] = {
    {"person", "人员", "person", "person"},
    {"state",
     "去向",
     "state",
     "code",
     {},
     "converted|unpaid|chose_other_scheme|not_migrated|ineligible|undetermined"},
    {"scheme", "险种", "scheme", "code", {}, "of scheme"},
    {"automatic", "应统一转换", "converted by the rules", "yesNo"},
    {"conversionRecorded", "已登记转换", "conversion recorded", "yesNo"},
    {"meetsConditions", "符合新险种参保条件", "meets the conditions", "yesNo"},
};

constexpr std::array migration_states{
    MigrationState::converted,    MigrationState::unpaid,     MigrationState::chose_other_scheme,
    MigrationState::not_migrated, MigrationState::ineligible, MigrationState::undetermined};

/// Members that an answer lists. With more it lists none, so that it does not hang on who came
/// first, and only counts them; the report of that name lists a million.
constexpr std::uint64_t members_max = 20'000;

/// Rows and counts over many members.
struct MigrationList {
  std::array<std::int64_t, migration_states.size()> counts{};
  std::int64_t members = 0;
  std::vector<Row> rows;
  Backing backing;

  void count(const Migration& migration) {
    ++members;
    ++counts[static_cast<std::size_t>(migration.state)];
    backing.add(migration.backing);
  }

  void list(const PersonId& person, const Migration& migration, const AnswerWriter& writer) {
    rows.push_back(
        {{person},
         {word_of(migration.state)},
         {writer.code("scheme", migration.scheme)},
         writer.value_of(migration.conversion.ruling),
         {migration.conversion_recorded},
         migration.conversion_recorded ? writer.value_of(migration.meets_conditions) : none()});
  }

  void add(MigrationList more) {
    for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += more.counts[i];
    members += more.members;
    backing.add(more.backing);
    std::ranges::move(more.rows, std::back_inserter(rows));
  }
};

void write_one(const std::optional<Migration>& migration, AnswerWriter& writer) {
  if (!migration) {
    for (const auto* field : {"state", "scheme", "automatic", "toScheme", "age",
                              "conversionRecorded", "meetsConditions"}) {
      writer.put(field, none());
    }
    return;
  }
  const auto& conversion = migration->conversion;
  writer.put("state", {word_of(migration->state)}, migration->backing);
  writer.put("scheme", {writer.code("scheme", migration->scheme)}, migration->backing);
  writer.put("automatic", conversion.ruling);
  const bool converts = conversion.ruling.truth == Truth::yes;
  writer.put("toScheme",
             {writer.code("scheme", converts ? conversion.rule->as<Conversion>().scheme : "")},
             conversion.ruling.backing);
  writer.put_or_none("age", conversion.age_years
                                ? std::optional(std::int64_t{*conversion.age_years})
                                : std::nullopt);
  writer.put("conversionRecorded", {migration->conversion_recorded});
  if (migration->conversion_recorded) {
    writer.put("meetsConditions", migration->meets_conditions);
  } else {
    writer.put("meetsConditions", none());
  }
  writer.apply(migration->steps);
  writer.fail(conversion.ruling);
}

void write_list(MigrationList list, AnswerWriter& writer) {
  writer.put("converted", {list.counts[0]});
  writer.put("unpaid", {list.counts[1]});
  writer.put("choseOtherScheme", {list.counts[2]});
  writer.put("notMigrated", {list.counts[3]});
  writer.put("ineligible", {list.counts[4]});
  writer.put("undetermined", {list.counts[5]});
  writer.put("membersLeftOut", {list.members - std::ssize(list.rows)});
  writer.put("members", {std::move(list.rows)}, list.backing);
}

std::optional<Migration> migration_of(Knowledge& knowledge, const PersonId& person) {
  const auto jurisdiction = jurisdiction_of(knowledge.person(person), knowledge.rules());
  return judge_migration(knowledge, person, jurisdiction);
}

MigrationList members_of_unit(Knowledge& knowledge, const ledger::UnitId& unit,
                              const AnswerWriter& writer) {
  MigrationList list;
  for (const auto& person : children_of(knowledge.unit(unit))) {
    knowledge.stay_small();
    const auto migration = migration_of(knowledge, person);
    if (!migration) continue;
    list.count(*migration);
    list.list(person, *migration, writer);
  }
  return list;
}

Result<MigrationList> all_members(Asking& asking, const AnswerWriter& writer) {
  std::map<unsigned, MigrationList> shares;  // by number
  std::mutex mutex;
  const auto share_of = [&](unsigned share) -> MigrationList& {
    const std::lock_guard lock(mutex);
    return shares[share];
  };
  std::atomic<std::uint64_t> rows{0};
  // Most people never were members: their dossiers are passed over.
  const auto run =
      asking.shares({Subject::Kind::person, ledger::EventType::legacy_membership_recorded},
                    [&](unsigned share, Knowledge& known, const Subject& subject) {
                      const PersonId person{subject.id};
                      const auto migration = migration_of(known, person);
                      if (!migration) return;
                      auto& list = share_of(share);
                      list.count(*migration);
                      if (rows.fetch_add(1, std::memory_order_relaxed) < members_max)
                        list.list(person, *migration, writer);
                    });
  if (!run) return run.error();
  MigrationList all;
  for (auto& [share, part] : shares) all.add(std::move(part));
  if (rows > members_max) all.rows.clear();
  return all;
}

Result<void> judge_migrations(Asking& asking, const Arguments& arguments, AnswerWriter& writer) {
  auto& knowledge = asking.knowledge;
  if (arguments.person) {
    const auto jurisdiction =
        jurisdiction_of(knowledge.person(*arguments.person), knowledge.rules());
    writer.use(jurisdiction);
    write_one(judge_migration(knowledge, *arguments.person, jurisdiction), writer);
    return {};
  }
  if (arguments.unit) {
    writer.use(jurisdiction_of_unit(knowledge, *arguments.unit));
    write_list(members_of_unit(knowledge, *arguments.unit, writer), writer);
    return {};
  }
  writer.use(jurisdiction_of(Dossier(Subject::region()), knowledge.rules()));
  auto all = all_members(asking, writer);
  if (!all) return all.error();
  write_list(std::move(*all), writer);
  return {};
}

}  // namespace

std::vector<Question> legacy_questions() {
  return {
      {.name = "legacyPremium",
       .id = "Q-13",
       .zh = "单位某月子女统筹保费的应缴、征收月份和欠缴",
       .en = "a unit's legacy premium of a month: due, month of collection, outstanding",
       .arguments = {unit_argument,
                     {"month",
                      Argument::Kind::month,
                      false,
                      "费款所属月，默认为最后一个月",
                      "premium month, by default the last one",
                      {},
                      {}}},
       .fields = {{"month", "费款所属月", "premium month", "month"},
                  {"fiscalLevel", "财政级次", "fiscal level", "code", {}, "of fiscalLevel"},
                  {"headcount", "人数", "members", "count"},
                  {"unitRate", "单位标准（元/人/月）", "unit rate per person and month", "money"},
                  {"personalRate", "个人标准（元/人/月）", "personal rate", "money"},
                  {"unitDue", "单位应缴", "due by the unit", "money"},
                  {"personalDue", "个人应缴", "due by employees", "money"},
                  {"collectionMonth", "征收月份", "collected in", "month"},
                  {"unitCollected", "单位已缴", "collected from the unit", "money"},
                  {"personalCollected", "个人已缴", "collected from employees", "money"},
                  {"collectedOn", "最近征收日期", "last collected on", "date"},
                  {"unitOutstanding", "单位欠缴", "outstanding, unit", "money"},
                  {"personalOutstanding", "个人欠缴", "outstanding, employees", "money"}},
       .judge = judge_legacy},
      {.name = "migration",
       .id = "Q-14",
       .zh = "子女统筹人员去向：一人、一单位或全部",
       .en = "where the legacy members went: one person, one unit, or all",
       .arguments = {{"person", Argument::Kind::person, false, "人员", "the person", {}, {}},
                     {"unit", Argument::Kind::unit, false, "单位", "the unit", {}, {}}},
       .fields = {{"state",
                   "去向",
                   "state",
                   "code",
                   {},
                   "converted|unpaid|chose_other_scheme|not_migrated|ineligible|undetermined"},
                  {"scheme", "现险种", "scheme now", "code", {}, "of scheme"},
                  {"automatic", "应统一转换", "converted by the rules", "yesNo"},
                  {"toScheme", "转入险种", "converted to", "code", {}, "of scheme"},
                  {"age", "转换日周岁", "age on the day of the conversion", "count"},
                  {"conversionRecorded", "已登记转换", "conversion recorded", "yesNo"},
                  {"meetsConditions", "符合新险种参保条件", "meets the conditions", "yesNo"},
                  {"converted", "已转换并缴费", "converted and paid", "count"},
                  {"unpaid", "未缴费", "not paid", "count"},
                  {"choseOtherScheme", "已自选险种并缴费", "chose a scheme and paid", "count"},
                  {"notMigrated", "未转换", "not migrated", "count"},
                  {"ineligible", "无可参加险种", "no scheme listed", "count"},
                  {"undetermined", "未确定", "undetermined", "count"},
                  {"membersLeftOut", "未列出人数（名单见报表 migration）",
                   "members not listed (the report migration lists them)", "count"},
                  {"members", "人员", "members", "rows", migration_columns}},
       .about_everyone = true,
       .judge = judge_migrations},
  };
}

}  // namespace kinledger::projections

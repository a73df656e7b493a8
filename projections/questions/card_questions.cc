// the social security card: state, materials, bank, who may apply, from when it is collected.
#include <algorithm>

#include "ledger/catalogue.h"
#include "projections/judgments/cards.h"
#include "projections/judgments/handling.h"
#include "projections/judgments/steps.h"
#include "projections/judgments/units.h"
#include "projections/questions/answer_writer.h"
#include "projections/questions/topics.h"

namespace kinledger::projections {
namespace {

using ledger::Area;
using ledger::CardState;
using ledger::Date;
using ledger::EventType;
using ledger::Field;
using ledger::Result;

/// What the questions about one card share.
struct CardCase {
  Knowledge& knowledge;
  const ledger::PersonId& id;
  const Dossier& person;
  Area jurisdiction;
  Date on;
  AnswerWriter& writer;

  const Rulebook& rules() const { return knowledge.rules(); }
  const Rule* rule(RuleKind kind) const { return card_rule(rules(), kind, jurisdiction, on); }
  bool holds_card() const { return has_card(card_state(person, on)); }
};

template <class Enum>
Word enum_word(EventType type, Field field, Enum value) {
  const auto& named =
      ledger::type_info(type).find(field)->enumerants[static_cast<std::size_t>(value)];
  return {std::string(named.name), {std::string(named.zh), std::string(named.name)}};
}

void write_materials(const CardCase& asked) {
  const Rule* rule = asked.rule(RuleKind::card_materials);
  if (rule == nullptr) {
    asked.writer.put_undetermined("materialsComplete",
                                  no_rule("没有已采用的规则规定制卡材料",
                                          "no adopted rule says what is handed in for a card"));
    asked.writer.put("missing", {std::vector<Word>{}});
    return;
  }
  std::vector<Word> missing;
  for (const auto& name : missing_materials(*rule, asked.person, asked.on))
    missing.push_back({name.en, name});
  asked.writer.put("materialsComplete", {missing.empty()}, Backing::of(*rule));
  asked.writer.put("missing", {std::move(missing)}, Backing::of(*rule));
  asked.writer.apply({{.rule = rule}});
}

void write_bank(const CardCase& asked, std::string_view bank) {
  const Rule* rule = asked.rule(RuleKind::card_banks);
  asked.writer.put("bank", {asked.writer.code("bank", bank)});
  if (rule == nullptr) {
    const auto why =
        no_rule("没有已采用的规则列出发卡银行", "no adopted rule lists the banks of the card");
    asked.writer.put_undetermined("bankAllowed", why);
    asked.writer.put_undetermined("banks", why);
    return;
  }
  const auto& banks = rule->as<CardBanks>().banks;
  const bool is_listed = std::ranges::find(banks, bank) != banks.end();
  asked.writer.put("bankAllowed", bank.empty() ? none() : Value{is_listed}, Backing::of(*rule));
  asked.writer.put("banks", {asked.writer.codes("bank", banks)}, Backing::of(*rule));
  asked.writer.apply({{.rule = rule}});
}

/// Where the unit's batch goes, or all offices where the documents contradict each other; those of
/// all units while the unit is not known.
void write_office(const CardCase& asked, const CardRoute& route, const Backing& backing,
                  const std::optional<ledger::UnitId>& unit) {
  const auto state =
      unit ? unit_state(asked.knowledge.unit_itself(*unit), asked.on) : std::optional<UnitState>{};
  std::vector<Word> fitting;
  for (const auto& office : route.offices) {
    const bool fits =
        !state || office.fiscal_levels.empty() ||
        std::ranges::find(office.fiscal_levels, state->fiscal_level) != office.fiscal_levels.end();
    if (fits) fitting.push_back({office.name.en, office.name});
  }
  if (!route.open_point.empty()) {
    asked.writer.put_undetermined("office",
                                  open_point(route.open_point, asked.rules(), asked.jurisdiction));
  } else if (fitting.empty()) {
    asked.writer.put("office", none());
  } else {
    asked.writer.put("office", {fitting.front().label}, backing);
  }
  asked.writer.put("offices", {std::move(fitting)}, backing);
}

void write_route(const CardCase& asked, const std::optional<ledger::UnitId>& unit) {
  const auto [route, backing, steps] = card_route_on(asked.rules(), asked.jurisdiction, asked.on);
  if (steps.empty()) {
    asked.writer.put_undetermined(
        "route",
        no_rule("没有已采用的规则规定申领途径", "no adopted rule says how a card is applied for"));
    asked.writer.put("inBatch", none());
    asked.writer.put("office", none());
    asked.writer.put("offices", {std::vector<Word>{}});
    return;
  }
  asked.writer.apply(steps);
  const bool holds_card = asked.holds_card();
  const bool batch_is_open = route.batch_to && asked.on <= *route.batch_to;
  asked.writer.put("inBatch", {batch_is_open && !(route.without_card_only && holds_card)}, backing);
  std::vector<Word> ways;
  if (!holds_card && batch_is_open) ways = asked.writer.codes("cardRoute", route.batch_ways);
  if (!holds_card && !batch_is_open && !route.individual.empty()) {
    ways = {asked.writer.code("cardRoute", route.individual)};
  }
  asked.writer.put("route", {std::move(ways)}, backing);
  write_office(asked, route, backing, unit);
}

/// Whether a guardian or the person may apply at the bank.
void write_applicant(const CardCase& asked, std::string_view bank, std::string_view applicant) {
  const Rule* rule = asked.rule(RuleKind::card_applicant);
  const auto age = age_of(asked.person, asked.rules(), asked.jurisdiction, asked.on);
  asked.writer.put("age", age ? Value{std::int64_t{*age}} : none());
  if (rule == nullptr || bank.empty() || applicant.empty() || !age) {
    asked.writer.put("mayApply", none());
    return;
  }
  const auto ruling =
      may_apply(*rule, {.bank = bank, .by_guardian = applicant == "guardian", .age = *age});
  asked.writer.put("mayApply", ruling);
  asked.writer.apply(ruling.steps);
  asked.writer.fail(ruling);
}

void write_collection(const CardCase& asked) {
  const Rule* rule = asked.rule(RuleKind::card_collection);
  if (rule == nullptr) {
    asked.writer.put("photoNeeded", none());
    asked.writer.put("collectFrom", none());
    return;
  }
  asked.writer.apply({{.rule = rule}});
  if (asked.holds_card()) {  // the rule is about first cards
    asked.writer.put("photoNeeded", {false}, Backing::of(*rule));
    asked.writer.put("collectFrom", none());
    return;
  }
  const auto age = age_of(asked.person, asked.rules(), asked.jurisdiction, asked.on);
  if (!age) {
    const auto why = missing({"born", "未登记：出生日期", "not recorded: date of birth"},
                             asked.rules(), asked.jurisdiction);
    asked.writer.put_undetermined("photoNeeded", why);
    asked.writer.put_undetermined("collectFrom", why);
    return;
  }
  const auto collection =
      judge_collection(*rule, {asked.person, asked.jurisdiction, *age}, asked.rules(), asked.on);
  asked.writer.put("photoNeeded", {collection.needs_photo}, collection.photo_backing);
  asked.writer.put("collectFrom", collection.collect_from);
}

/// Whether every step before this one is done.
void write_order(const CardCase& asked) {
  using enum Milestones::Step;
  const StepCase of{asked.knowledge, asked.id, asked.jurisdiction};
  const auto agreement = step_done(of, debit_agreement, {}, asked.on);
  const auto in_order = steps_before(debit_agreement, of, agreement ? agreement->on : asked.on);
  asked.writer.put("maySignDebit", in_order);
  asked.writer.apply(in_order.steps);
}

/// The latest act of a type up to the date, or null.
const Fact* latest_act(const Dossier& person, EventType type, Date on) {
  const Fact* latest = nullptr;
  for (const auto& fact : person.of(type)) {
    if (act_date(fact) > on) continue;
    if (latest == nullptr || act_date(fact) >= act_date(*latest)) latest = &fact;
  }
  return latest;
}

Result<void> judge_card(Asking& asking, const Arguments& arguments, AnswerWriter& writer) {
  auto& knowledge = asking.knowledge;
  const auto& person = knowledge.person(*arguments.person);
  const auto jurisdiction = jurisdiction_of(person, knowledge.rules());
  writer.use(jurisdiction);
  const CardCase asked{knowledge, *arguments.person, person, jurisdiction, arguments.on, writer};
  const auto* state = card_state(person, arguments.on);
  std::string bank(arguments.text("bank"));
  std::optional<ledger::UnitId> unit;
  if (const auto* sent = latest_act(person, EventType::card_batch_entry_sent, arguments.on))
    unit = sent->event.unit(Field::unit);
  const auto* submission = latest_act(person, EventType::card_material_submitted, arguments.on);
  if (submission != nullptr) {
    if (bank.empty()) bank = submission->event.text(Field::bank);
    if (!unit) unit = submission->event.unit(Field::unit);
  }
  writer.put("state", state == nullptr
                          ? none()
                          : Value{enum_word(EventType::card_state_changed, Field::state,
                                            state->event.as<CardState>(Field::state))});
  writer.put("hasCard", {has_card(state)});
  write_materials(asked);
  write_bank(asked, bank);
  write_route(asked, unit);
  write_applicant(asked, bank, arguments.text("applicant"));
  write_collection(asked);
  write_order(asked);
  return {};
}

constexpr Heading file_columns[] = {
    {"material",
     "材料",
     "material",
     "code",
     {},
     "childIdFront|childIdBack|childHouseholdBook|photo|guardianIdFront|guardianIdBack|"
     "householdBook|birthCertificate|summarySheet"},
    {"fileName", "文件名", "file name", "text"},
};

Result<void> judge_file_names(Asking& asking, const Arguments& arguments, AnswerWriter& writer) {
  const auto& rules = asking.knowledge.rules();
  const auto jurisdiction = jurisdiction_of(Dossier(Subject::region()), rules);
  writer.use(jurisdiction);
  std::vector<Row> rows;
  for (const Rule* rule : rules.rules_of(RuleKind::card_file_names, jurisdiction, arguments.on)) {
    const auto& names = rule->as<CardFileNames>();
    for (const auto& file : names.files)
      rows.push_back(
          {{enum_word(EventType::card_material_submitted, Field::materials, file.material)},
           {file.pattern}});
    writer.put("folder", {names.folder}, Backing::of(*rule));
    writer.put("files", {std::move(rows)}, Backing::of(*rule));
    writer.apply({{.rule = rule}});
    return {};
  }
  const auto why =
      no_rule("没有已采用的规则规定文件名", "no adopted rule says how files are named");
  writer.put_undetermined("folder", why);
  writer.put("files", {std::move(rows)});
  return {};
}

}  // namespace

std::vector<Question> card_questions() {
  return {
      {.name = "card",
       .id = "Q-19",
       .zh = "社会保障卡状态、材料、银行、申领人和领取日期",
       .en = "a person's card: state, materials, bank, who may apply, when it can be collected",
       .arguments = {person_argument,
                     {"bank", Argument::Kind::code, false, "银行", "the bank", "bank", {}},
                     {"applicant",
                      Argument::Kind::code,
                      false,
                      "申领人",
                      "who applies",
                      {},
                      "guardian|self"}},
       .fields = {{"state",
                   "卡状态",
                   "state of the card",
                   "code",
                   {},
                   "applied|issued|delivered|collectable|collected|activated"},
                  {"hasCard", "已有卡", "has a card", "yesNo"},
                  {"materialsComplete", "材料齐全", "materials complete", "yesNo"},
                  {"missing", "缺少的材料", "missing materials", "list"},
                  {"bank", "银行", "bank", "code", {}, "of bank"},
                  {"bankAllowed", "银行可发卡", "bank issues cards", "yesNo"},
                  {"banks", "发卡银行", "banks", "list"},
                  {"route", "申领途径", "ways to apply", "list"},
                  {"inBatch", "列入单位批次", "part of the unit's batch", "yesNo"},
                  {"office", "批次送往", "where the batch is sent", "text"},
                  {"offices", "文件所列接收机构", "offices that the documents name", "list"},
                  {"age", "周岁", "age", "count"},
                  {"mayApply", "该申领人可办理", "the applicant may apply", "yesNo"},
                  {"photoNeeded", "须提交照片", "a photo is needed", "yesNo"},
                  {"collectFrom", "可领取日期", "can be collected from", "date"},
                  {"maySignDebit", "可签代扣协议", "a debit agreement can be signed", "yesNo"}},
       .judge = judge_card},
      {.name = "fileNames",
       .id = "Q-19",
       .zh = "制卡材料的文件名",
       .en = "names of the files handed in for a card",
       .arguments = {},
       .fields = {{"folder", "文件夹名", "folder", "text"},
                  {"files", "文件", "files", "rows", file_columns}},
       .judge = judge_file_names},
  };
}

}  // namespace kinledger::projections

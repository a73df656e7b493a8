// the social security card: state, materials, bank, who may apply, from when it is collected.
#include <algorithm>

#include "ledger/catalogue.h"
#include "projections/judgments/handling.h"
#include "projections/judgments/payments.h"
#include "projections/judgments/units.h"
#include "projections/questions/answer_writer.h"
#include "projections/questions/topics.h"

namespace kinledger::projections {
namespace {

using ledger::Area;
using ledger::CardMaterial;
using ledger::CardState;
using ledger::Date;
using ledger::EventType;
using ledger::Field;
using ledger::Result;

/// What the questions about one card share.
struct Case {
  Knowledge& knowledge;
  const Dossier& person;
  Area jurisdiction;
  Date on;
  AnswerWriter& writer;

  const Rulebook& rules() const { return knowledge.rules(); }
  const Rule* rule(RuleKind kind) const {
    const auto found = rules().rules_of(kind, jurisdiction, on);
    return found.empty() ? nullptr : found.front();
  }
};

template <class Enum>
Word enum_word(EventType type, Field field, Enum value) {
  const auto& named =
      ledger::type_info(type).find(field)->enumerants[static_cast<std::size_t>(value)];
  return {std::string(named.name), {std::string(named.zh), std::string(named.name)}};
}

/// The latest state up to the date.
const Fact* state_of(const Case& asked) {
  const Fact* latest = nullptr;
  for (const auto& fact : asked.person.of(EventType::card_state_changed)) {
    const auto on = fact.event.envelope().valid_on;
    if (!on || *on > asked.on) continue;
    if (latest == nullptr || *on >= *latest->event.envelope().valid_on) latest = &fact;
  }
  return latest;
}

bool has_card(const Fact* state) {
  return state != nullptr && state->event.as<CardState>(Field::state) >= CardState::issued;
}

std::vector<CardMaterial> handed_in(const Case& asked) {
  std::vector<CardMaterial> materials;
  for (const auto& fact : asked.person.of(EventType::card_material_submitted)) {
    if (fact.event.envelope().valid_on > asked.on) continue;
    for (const auto number : fact.event.enumerants(Field::materials))
      materials.push_back(static_cast<CardMaterial>(number));
  }
  return materials;
}

void write_materials(const Case& asked) {
  const Rule* rule = asked.rule(RuleKind::card_materials);
  if (rule == nullptr) {
    asked.writer.put_undetermined("materialsComplete",
                                  no_rule("没有已采用的规则规定制卡材料",
                                          "no adopted rule says what is handed in for a card"));
    asked.writer.put("missing", {std::vector<Word>{}});
    return;
  }
  const auto held = handed_in(asked);
  const auto is_held = [&](CardMaterial material) {
    return std::ranges::find(held, material) != held.end();
  };
  std::vector<Word> missing;
  for (const auto& group : rule->as<CardMaterials>().groups) {
    const bool is_complete = std::ranges::any_of(group.alternatives, [&](const auto& alternative) {
      return std::ranges::all_of(alternative, is_held);
    });
    if (!is_complete) missing.push_back({group.name.en, group.name});
  }
  asked.writer.put("materialsComplete", {missing.empty()}, Backing::of(*rule));
  asked.writer.put("missing", {std::move(missing)}, Backing::of(*rule));
  asked.writer.apply({{.rule = rule}});
}

void write_bank(const Case& asked, std::string_view bank) {
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

/// All rules about the route that are in force, as one.
CardRoute route_of(const Case& asked, const std::vector<const Rule*>& rules) {
  CardRoute route;
  for (const Rule* rule : rules) {
    const auto& part = rule->as<CardRoute>();
    if (part.batch_to) route.batch_to = part.batch_to;
    route.without_card_only = route.without_card_only || part.without_card_only;
    route.batch_ways.insert(route.batch_ways.end(), part.batch_ways.begin(), part.batch_ways.end());
    if (!part.individual.empty()) route.individual = part.individual;
    route.offices.insert(route.offices.end(), part.offices.begin(), part.offices.end());
    if (!part.open_point.empty()) route.open_point = part.open_point;
    asked.writer.apply({{.rule = rule}});
  }
  return route;
}

/// Where the unit's batch goes, or all offices where the documents contradict each other.
void write_office(const Case& asked, const CardRoute& route, const Backing& backing,
                  const std::optional<ledger::UnitId>& unit) {
  const auto state =
      unit ? unit_state(asked.knowledge.unit_itself(*unit), asked.on) : std::optional<UnitState>{};
  std::vector<Word> fitting;
  for (const auto& office : route.offices) {
    const bool fits = office.fiscal_levels.empty() ||
                      (state && std::ranges::find(office.fiscal_levels, state->fiscal_level) !=
                                    office.fiscal_levels.end());
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

void write_route(const Case& asked, const std::optional<ledger::UnitId>& unit) {
  const auto rules = asked.rules().rules_of(RuleKind::card_route, asked.jurisdiction, asked.on);
  if (rules.empty()) {
    asked.writer.put_undetermined(
        "route",
        no_rule("没有已采用的规则规定申领途径", "no adopted rule says how a card is applied for"));
    asked.writer.put("inBatch", none());
    asked.writer.put("office", none());
    asked.writer.put("offices", {std::vector<Word>{}});
    return;
  }
  Backing backing;
  for (const Rule* rule : rules) backing.apply(*rule);
  const auto route = route_of(asked, rules);
  const bool holds_card = has_card(state_of(asked));
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
void write_applicant(const Case& asked, std::string_view bank, std::string_view applicant) {
  const Rule* rule = asked.rule(RuleKind::card_applicant);
  const auto age = age_of(asked.person, asked.rules(), asked.jurisdiction, asked.on);
  asked.writer.put("age", age ? Value{std::int64_t{*age}} : none());
  if (rule == nullptr || bank.empty() || applicant.empty() || !age) {
    asked.writer.put("mayApply", none());
    return;
  }
  const auto& rules = rule->as<CardApplicant>();
  Ruling ruling = no_rule_ruling("规则未列出该银行的申领条件",
                                 "the rule says nothing about applying at this bank");
  for (const auto& entry : rules.entries) {
    if (std::ranges::find(entry.banks, bank) == entry.banks.end()) continue;
    const bool is_guardian = applicant == "guardian";
    const bool guardian_may = !entry.guardian_below || *age < *entry.guardian_below;
    const bool self_only = entry.self_from && *age >= *entry.self_from;
    ruling = {.truth = truth_of(is_guardian ? guardian_may && !self_only : true),
              .steps = {{.rule = rule}}};
    ruling.backing.apply(*rule);
    if (ruling.truth == Truth::no) {
      ruling.causes = {{"in_person", "须本人办理", "the person must apply in person"}};
    }
    if (entry.self_from == age) ruling.backing.rely_on(entry.open_point);
  }
  asked.writer.put("mayApply", ruling);
  asked.writer.apply(ruling.steps);
  asked.writer.fail(ruling);
}

/// Day on which the latest payment arrived that was not paid back.
std::optional<Date> paid_on(const Case& asked) {
  std::optional<Date> last;
  for (const auto& payment : payments_of(asked.person, asked.jurisdiction)) {
    if (payment.paid_on > asked.on || payment.net().value <= 0) continue;
    last = std::max(last, std::optional(payment.posted_on.value_or(payment.paid_on)));
  }
  return last;
}

std::optional<Date> photo_on(const Case& asked) {
  std::optional<Date> last;
  for (const auto& fact : asked.person.of(EventType::card_material_submitted)) {
    const auto valid_on = fact.event.envelope().valid_on;
    if (!valid_on || *valid_on > asked.on) continue;
    for (const auto number : fact.event.enumerants(Field::materials))
      if (static_cast<CardMaterial>(number) == CardMaterial::photo) last = std::max(last, valid_on);
  }
  return last;
}

void write_collection(const Case& asked) {
  const Rule* rule = asked.rule(RuleKind::card_collection);
  const auto age = age_of(asked.person, asked.rules(), asked.jurisdiction, asked.on);
  if (rule == nullptr || !age || has_card(state_of(asked))) {
    asked.writer.put("photoNeeded", none());
    asked.writer.put("collectFrom", none());
    return;
  }
  const auto& collection = rule->as<CardCollection>();
  auto backing = Backing::of(*rule);
  const bool needs_photo = *age >= collection.photo_from_age;
  asked.writer.put("photoNeeded", {needs_photo}, backing);
  asked.writer.apply({{.rule = rule}});
  const auto paid = paid_on(asked);
  const auto photo = photo_on(asked);
  if (!needs_photo) backing.rely_on(collection.open_point);
  if (!paid || (needs_photo && !photo)) {
    asked.writer.put("collectFrom", none());
    return;
  }
  // The text has the payment first and the photo after it; another order is a reading.
  if (photo && *photo < *paid) backing.rely_on(collection.open_point);
  const Date later = needs_photo ? std::max(*paid, *photo) : *paid;
  backing.rely_on(asked.rules().reading(Convention::full_months, asked.jurisdiction, later).point);
  asked.writer.put("collectFrom", {ledger::add_months_clipped(later, collection.months_after)},
                   backing);
}

/// Whether every step before this one is done.
void write_order(const Case& asked) {
  const auto agreement = step_done(asked.person, Milestones::Step::debit_agreement, {}, asked.on);
  Ruling in_order =
      no_rule_ruling("没有已采用的规则规定办理顺序", "no adopted rule says which step comes first");
  if (const Rule* rule = asked.rule(RuleKind::step_order)) {
    in_order = {.truth = Truth::yes, .steps = {{.rule = rule}}};
    in_order.backing.apply(*rule);
    const Date at = agreement ? agreement->on : asked.on;
    for (const auto step : rule->as<StepOrder>().steps) {
      if (step == Milestones::Step::debit_agreement) break;
      const auto done = step_done(asked.person, step, {}, asked.on);
      if (done && done->on <= at) continue;
      const auto word = word_of(step);
      in_order.truth = Truth::no;
      in_order.causes.push_back(
          {"step_missing", "须先完成：" + word.label.zh, "needed first: " + word.label.en});
    }
  }
  asked.writer.put("maySignDebit", in_order);
  asked.writer.apply(in_order.steps);
}

/// The latest materials handed in up to the date, or null.
const Fact* latest_submission(const Dossier& person, Date on) {
  const Fact* latest = nullptr;
  for (const auto& fact : person.of(EventType::card_material_submitted)) {
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
  const Case asked{knowledge, person, jurisdiction, arguments.on, writer};
  const auto* state = state_of(asked);
  std::string bank(arguments.text("bank"));
  std::optional<ledger::UnitId> unit;
  if (const auto* submission = latest_submission(person, arguments.on)) {
    if (bank.empty()) bank = submission->event.text(Field::bank);
    unit = submission->event.unit(Field::unit);
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

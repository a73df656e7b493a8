// care outside the pooling region: whether a filing is needed, how it is treated and settled.
#include <algorithm>

#include "ledger/text.h"
#include "projections/kinds/benefits.h"
#include "projections/questions/answer_writer.h"
#include "projections/questions/topics.h"

namespace kinledger::projections {
namespace {

using ledger::Area;
using ledger::Date;
using ledger::EventType;
using ledger::Field;
using ledger::Result;

/// The care asked about.
struct Care {
  Area area;
  std::string_view care_class;  ///< may be empty
  std::string_view direct;      ///< "yes", "no" or empty
  Date on;
};

bool is_class(const std::vector<ledger::CareClass>& classes, std::string_view wanted) {
  if (classes.empty()) return true;
  const auto enumerants =
      ledger::type_info(EventType::medical_settlement_recorded).find(Field::care_class)->enumerants;
  return std::ranges::any_of(classes, [&](ledger::CareClass each) {
    return enumerants[static_cast<std::size_t>(each)].name == wanted;
  });
}

bool fits(const OutOfAreaCare::Entry& entry, const Care& care) {
  if (entry.area && contains(*entry.area, care.area) != Truth::yes) return false;
  if (!is_class(entry.classes, care.care_class)) return false;
  return !entry.direct || (*entry.direct ? care.direct == "yes" : care.direct == "no");
}

/// The filing in force for the area of the care.
const Fact* filing_for(const Dossier& person, const Care& care) {
  for (const auto& fact : person.of(EventType::care_filing_recorded)) {
    const auto from = fact.event.envelope().valid_on;
    const auto until = fact.event.date(Field::until);
    if ((from && *from > care.on) || (until && *until <= care.on)) continue;
    const auto area = fact.event.area(Field::area).value_or(Area{});
    if (area.code == 0 || contains({{}, {}, {area}}, care.area) == Truth::yes) return &fact;
  }
  return nullptr;
}

Result<void> judge_care(Asking& asking, const Arguments& arguments, AnswerWriter& writer) {
  auto& knowledge = asking.knowledge;
  const auto& person = knowledge.person(*arguments.person);
  const auto jurisdiction = jurisdiction_of(person, knowledge.rules());
  writer.use(jurisdiction);
  const Care care{{static_cast<std::uint32_t>(*ledger::digits_value(arguments.text("area")))},
                  arguments.text("class"),
                  arguments.text("direct"),
                  arguments.on};
  const auto* filing = filing_for(person, care);
  writer.put("filing", {filing != nullptr});
  for (const Rule* rule :
       knowledge.rules().rules_of(RuleKind::out_of_area_care, jurisdiction, arguments.on)) {
    const auto& entries = rule->as<OutOfAreaCare>().entries;
    const auto entry = std::ranges::find_if(
        entries, [&](const OutOfAreaCare::Entry& each) { return fits(each, care); });
    if (entry == entries.end()) continue;
    Backing backing;
    backing.apply(*rule);
    Step step{.rule = rule};
    if (filing != nullptr) step.facts.push_back(filing->sequence);
    const bool is_filed = filing != nullptr && !entry->filed_treatment.empty();
    writer.put("filingNeeded", {entry->filing_needed}, backing);
    writer.put("treatment",
               {writer.code("treatment", is_filed ? entry->filed_treatment : entry->treatment)},
               backing);
    if (entry->open_point.empty()) {
      writer.put("rates", none());
    } else {
      step.open_point = entry->open_point;
      writer.put_undetermined("rates",
                              open_point(entry->open_point, knowledge.rules(), jurisdiction));
    }
    writer.put("procedure", {writer.codes("careProcedure", entry->procedure)}, backing);
    writer.apply({std::move(step)});
    return {};
  }
  const auto why = no_rule("没有已采用的规则规定该地就医的待遇",
                           "no adopted rule says how care in that area is treated");
  for (const auto* field : {"filingNeeded", "treatment", "rates", "procedure"})
    writer.put_undetermined(field, why);
  return {};
}

}  // namespace

std::vector<Question> care_questions() {
  return {
      {.name = "care",
       .id = "Q-27",
       .zh = "异地就医的备案、待遇和结算办法",
       .en = "care elsewhere: whether a filing is needed, treatment and procedure",
       .arguments =
           {person_argument,
            {"area",
             Argument::Kind::area,
             true,
             "就医地，六位代码",
             "area of the care, six digits",
             {},
             {}},
            {"class",
             Argument::Kind::code,
             false,
             "医疗类别",
             "class of care",
             {},
             care_class_words},
            {"direct", Argument::Kind::code, false, "直接结算", "settled directly", {}, "yes|no"}},
       .fields = {{"filingNeeded", "须备案", "a filing is needed", "yesNo"},
                  {"filing", "已备案", "a filing is in force", "yesNo"},
                  {"treatment", "待遇", "treatment", "code", {}, "of treatment"},
                  {"rates", "支付比例", "rates", "text"},
                  {"procedure", "结算办法", "procedure", "list"}},
       .judge = judge_care},
  };
}

}  // namespace kinledger::projections

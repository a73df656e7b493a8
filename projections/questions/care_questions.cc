// care outside the pooling region (whether a filing is needed, how it is treated and
// settled), and at which institutions costs are settled at all.
#include <algorithm>

#include "ledger/text.h"
#include "projections/judgments/care.h"
#include "projections/judgments/designation.h"
#include "projections/judgments/units.h"
#include "projections/kinds/benefits.h"
#include "projections/questions/answer_writer.h"
#include "projections/questions/topics.h"

namespace kinledger::projections {
namespace {

using ledger::Result;

std::optional<ledger::CareClass> care_class_of(std::string_view name) {
  const auto enumerants = ledger::type_info(ledger::EventType::medical_settlement_recorded)
                              .find(ledger::Field::care_class)
                              ->enumerants;
  const auto at = std::ranges::find(enumerants, name, &ledger::Enumerant::name);
  if (name.empty() || at == enumerants.end()) return std::nullopt;
  return static_cast<ledger::CareClass>(at - enumerants.begin());
}

Result<void> judge_care_question(Asking& asking, const Arguments& arguments, AnswerWriter& writer) {
  auto& knowledge = asking.knowledge;
  const auto& person = knowledge.person(*arguments.person);
  const auto jurisdiction = jurisdiction_of(person, knowledge.rules());
  writer.use(jurisdiction);
  const auto direct = arguments.text("direct");
  const auto judged = judge_care(
      knowledge.rules(), person, jurisdiction,
      {.area = {static_cast<std::uint32_t>(*ledger::digits_value(arguments.text("area")))},
       .care_class = care_class_of(arguments.text("class")),
       .direct = direct.empty() ? std::nullopt : std::optional(direct == "yes"),
       .on = arguments.on});
  writer.put("filing", {judged.filing != nullptr});
  if (judged.rule == nullptr) {
    const auto why = no_rule("没有已采用的规则规定该地就医的待遇",
                             "no adopted rule says how care in that area is treated");
    for (const auto* field : {"filingNeeded", "treatment", "rates", "procedure"})
      writer.put_undetermined(field, why);
    return {};
  }
  const auto& entry = *judged.entry;
  const auto backing = Backing::of(*judged.rule);
  Step step{.rule = judged.rule};
  if (judged.filing != nullptr) step.facts.push_back(judged.filing->sequence);
  writer.put("filingNeeded", {entry.filing_needed}, backing);
  writer.put("treatment", {writer.code("treatment", judged.treatment())}, backing);
  step.open_point = entry.open_point;
  writer.put_undetermined(
      "rates", entry.open_point.empty()
                   ? no_rule("文件未载明支付比例", "the documents do not state the rates")
                   : open_point(entry.open_point, knowledge.rules(), jurisdiction));
  writer.put("procedure", {writer.codes("careProcedure", entry.procedure)}, backing);
  writer.apply({std::move(step)});
  return {};
}

Result<void> judge_designated(Asking& asking, const Arguments& arguments, AnswerWriter& writer) {
  auto& knowledge = asking.knowledge;
  const auto jurisdiction = jurisdiction_of_unit(knowledge, *arguments.unit);
  writer.use(jurisdiction);
  const auto ruling = settles_at(knowledge, {.institution = *arguments.unit,
                                             .jurisdiction = jurisdiction,
                                             .scheme = arguments.text("scheme"),
                                             .on = arguments.on});
  const auto institution = organisation_state(knowledge.unit_itself(*arguments.unit), arguments.on);
  writer.put("settles", ruling);
  writer.put("kind",
             institution ? Value{writer.code("organisationKind", institution->kind)} : none());
  writer.apply(ruling.steps);
  writer.fail(ruling);
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
       .judge = judge_care_question},
      {.name = "designated",
       .id = "Q-27",
       .zh = "能否在该机构结算医疗费用（定点）",
       .en = "whether costs are settled at an institution",
       .arguments = {unit_argument, scheme_argument},
       .fields = {{"settles", "可以结算", "costs are settled there", "yesNo"},
                  {"kind", "机构类别", "kind of institution", "code", {}, "of organisationKind"}},
       .judge = judge_designated},
  };
}

}  // namespace kinledger::projections

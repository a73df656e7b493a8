// Kinds of rule about benefits: layers of a settlement, special diseases, care elsewhere, accounts.
#include "projections/kinds/benefits.h"

#include "projections/kinds/members.h"
#include "projections/kinds/topics.h"

namespace kinledger::projections::kinds {
namespace {

constexpr Member classes{"classes",  Shape::word,       required_list,
                         "医疗类别", "classes of care", care_class_words};
constexpr Member any_classes{"classes",
                             Shape::word,
                             optional_list,
                             "医疗类别（不填为全部）",
                             "classes of care; absent: all",
                             care_class_words};
constexpr Member ratio{"ratio", Shape::percent, optional, "支付比例", "share that is paid"};

constexpr std::array ceiling{
    schemes,
    population,
    Member{"amount", Shape::amount, required, "年度最高限额", "yearly ceiling"},
    Member{"open_point", Shape::open_point, optional, "超过限额时所依据的未明确事项",
           "open point relied on where costs go above it"},
};
constexpr std::array payment_band_members{
    Member{"to", Shape::amount, optional, "至（不填为最高限额）",
           "up to this amount; absent: the ceiling"},
    ratio,
    open_point,
};
constexpr std::array payment_bands{
    schemes,
    population,
    Member{"bands",
           Shape::table,
           required_list,
           "费用段，由低到高",
           "bands, ascending",
           {},
           payment_band_members},
    Member{"open_point", Shape::open_point, optional, "比例所适用的费用",
           "open point of what the ratios are applied to"},
};
constexpr std::array above_ceiling{
    schemes,
    population,
    ratio,
    Member{"ratio_at_least", Shape::percent, optional, "比例下限", "the least that is paid"},
    open_point,
    Member{"payer", Shape::code, optional, "支付方", "who pays", "fund"},
};
constexpr std::array hardship{
    schemes,
    population,
    any_classes,
    Member{"threshold", Shape::amount, optional, "起点（超过；不填为没有救助）",
           "more than this is borne in scope; absent: there is no assistance"},
    Member{"ratio_from", Shape::percent, optional, "比例自", "share from"},
    Member{"ratio_to", Shape::percent, optional, "比例至", "share up to"},
    open_point,
    Member{"limit_point", Shape::point, optional, "恰为起点时的解释",
           "relied on by who bears exactly the threshold"},
};
constexpr std::array benefit_layers{
    Member{"layers", Shape::code, required_list, "待遇层次", "layers, the first pays first",
           "benefitLayer"},
};
constexpr std::array benefit_start{schemes, classes};
constexpr std::array shares{
    schemes,
    Member{"personal", Shape::percent, required, "个人负担", "share of the person"},
};
constexpr std::array fixed_share{
    classes,
    Member{"designation", Shape::code, required, "机构须具备的定点类别",
           "designation that the institution has", "designation"},
    Member{"shares", Shape::table, required_list, "个人负担比例", "shares", {}, shares},
    Member{"open_point", Shape::open_point, optional, "剩余不足该比例时",
           "when less is left than the share"},
};
constexpr std::array cost_routing{
    classes,
    Member{"fund", Shape::code, required, "纳入的基金", "fund that takes it", "fund"},
    open_point,
};
constexpr std::array designated_entries{
    Member{"area", Shape::area, optional, "机构所在地（不填为其他地区）",
           "area of the institution; absent: elsewhere"},
    Member{"designations", Shape::code, required_list, "定点类别", "designations", "designation"},
};
constexpr std::array designated_care{
    schemes,
    Member{"entries",
           Shape::table,
           required_list,
           "可结算的机构，先列者先用",
           "where costs are settled; the first entry that fits holds",
           {},
           designated_entries},
};
constexpr std::array care_entries{
    Member{"area", Shape::area, optional, "就医地（不填为其他地区）",
           "area of the care; absent: elsewhere"},
    any_classes,
    Member{"direct", Shape::flag, optional, "直接结算与否", "settled directly, or not"},
    Member{"filing_needed", Shape::flag, required, "须备案", "a filing is needed"},
    Member{"treatment", Shape::code, optional, "待遇", "treatment", "treatment"},
    Member{"filed_treatment", Shape::code, optional, "备案后待遇", "treatment with a filing",
           "treatment"},
    open_point,
    Member{"procedure", Shape::code, optional_list, "结算办法", "procedure, step by step",
           "careProcedure"},
};
constexpr std::array out_of_area_care{
    Member{"entries",
           Shape::table,
           required_list,
           "就医情形，第一个符合的为准",
           "cases, the first that fits holds",
           {},
           care_entries},
};
constexpr std::array account_items{
    population,
    Member{"year_class", Shape::word, required, "账户", "balance", "current|past"},
    Member{"items", Shape::code, required_list, "可支付项目", "what it may be spent on",
           "accountItem"},
};
constexpr std::array bases{
    Member{"condition", Shape::person_condition, required, "条件", "to whom it applies"},
    Member{"basis", Shape::code, required, "划账依据", "basis of the credit", "creditBasis"},
    Member{"open_point", Shape::open_point, optional, "金额未规定", "of the amount"},
};
constexpr std::array account_basis{
    Member{"entries",
           Shape::table,
           required_list,
           "划账依据，第一个符合的为准",
           "bases, the first that fits holds",
           {},
           bases},
};

ledger::CareClass class_of(std::string_view word) {
  return enumerant_of<ledger::CareClass>(ledger::EventType::medical_settlement_recorded,
                                         ledger::Field::care_class, word);
}

RuleParameters read_ceiling(const RuleReader& reader) {
  return Ceiling{reader.codes("schemes"), reader.condition("population"), reader.amount("amount"),
                 reader.text("open_point")};
}

RuleParameters read_payment_bands(const RuleReader& reader) {
  const auto band = [](const RuleReader& each) -> PaymentBands::Band {
    return {each.amount("to"), each.percent("ratio"), each.text("open_point")};
  };
  return PaymentBands{reader.codes("schemes"), reader.condition("population"),
                      reader.each<PaymentBands::Band>("bands", band), reader.text("open_point")};
}

RuleParameters read_above_ceiling(const RuleReader& reader) {
  return AboveCeiling{reader.codes("schemes"),   reader.condition("population"),
                      reader.percent("ratio"),   reader.percent("ratio_at_least"),
                      reader.text("open_point"), reader.text("payer")};
}

RuleParameters read_hardship(const RuleReader& reader) {
  return Hardship{reader.codes("schemes"),
                  reader.condition("population"),
                  mapped(reader.codes("classes"), class_of),
                  reader.amount("threshold"),
                  reader.percent("ratio_from"),
                  reader.percent("ratio_to"),
                  reader.text("open_point"),
                  reader.text("limit_point")};
}

RuleParameters read_benefit_layers(const RuleReader& reader) {
  return BenefitLayers{reader.codes("layers")};
}

RuleParameters read_benefit_start(const RuleReader& reader) {
  return BenefitStart{reader.codes("schemes"), mapped(reader.codes("classes"), class_of)};
}

RuleParameters read_fixed_share(const RuleReader& reader) {
  const auto share = [](const RuleReader& each) -> FixedShare::Share {
    return {each.codes("schemes"), *each.percent("personal")};
  };
  return FixedShare{mapped(reader.codes("classes"), class_of), reader.text("designation"),
                    reader.each<FixedShare::Share>("shares", share), reader.text("open_point")};
}

RuleParameters read_cost_routing(const RuleReader& reader) {
  return CostRouting{mapped(reader.codes("classes"), class_of), reader.text("fund"),
                     reader.text("open_point")};
}

RuleParameters read_out_of_area_care(const RuleReader& reader) {
  const auto entry = [](const RuleReader& each) -> OutOfAreaCare::Entry {
    return {each.area("area"),         mapped(each.codes("classes"), class_of),
            each.given_flag("direct"), each.flag("filing_needed"),
            each.text("treatment"),    each.text("filed_treatment"),
            each.text("open_point"),   each.codes("procedure")};
  };
  return OutOfAreaCare{reader.each<OutOfAreaCare::Entry>("entries", entry)};
}

RuleParameters read_designated_care(const RuleReader& reader) {
  const auto entry = [](const RuleReader& each) -> DesignatedCare::Entry {
    return {each.area("area"), each.codes("designations")};
  };
  return DesignatedCare{reader.codes("schemes"),
                        reader.each<DesignatedCare::Entry>("entries", entry)};
}

RuleParameters read_account_items(const RuleReader& reader) {
  return AccountItems{reader.condition("population"), account_year_of(reader.text("year_class")),
                      reader.codes("items")};
}

RuleParameters read_account_basis(const RuleReader& reader) {
  const auto entry = [](const RuleReader& each) -> AccountBasis::Entry {
    return {*each.condition("condition"), each.text("basis"), each.text("open_point")};
  };
  return AccountBasis{reader.each<AccountBasis::Entry>("entries", entry)};
}

constexpr std::array all{
    RuleKindInfo{RuleKind::ceiling, "ceiling", "最高支付限额",
                 "The yearly ceiling of inpatient costs within the scope.", ceiling, read_ceiling},
    RuleKindInfo{RuleKind::payment_bands, "payment_bands", "分段支付",
                 "The bands of inpatient costs and what the fund pays in them.", payment_bands,
                 read_payment_bands},
    RuleKindInfo{RuleKind::above_ceiling, "above_ceiling", "重大疾病补助",
                 "What is paid above the ceiling.", above_ceiling, read_above_ceiling},
    RuleKindInfo{RuleKind::hardship, "hardship", "医疗困难救助",
                 "Assistance for who bears more than a threshold in a year.", hardship,
                 read_hardship},
    RuleKindInfo{RuleKind::benefit_layers, "benefit_layers", "待遇层次",
                 "The layers of benefits, in the order in which they pay.", benefit_layers,
                 read_benefit_layers},
    RuleKindInfo{RuleKind::benefit_start, "benefit_start", "待遇开通",
                 "Classes of care that a scheme pays while the rule is in force.", benefit_start,
                 read_benefit_start},
    RuleKindInfo{RuleKind::fixed_share, "fixed_share", "固定负担比例",
                 "The person's fixed share at designated institutions; assistance pays what is "
                 "left above it.",
                 fixed_share, read_fixed_share},
    RuleKindInfo{RuleKind::cost_routing, "cost_routing", "费用归集",
                 "Which fund takes a person's in-scope part of a class of care.", cost_routing,
                 read_cost_routing},
    RuleKindInfo{RuleKind::out_of_area_care, "out_of_area_care", "异地就医",
                 "How care outside the pooling region is treated.", out_of_area_care,
                 read_out_of_area_care},
    RuleKindInfo{RuleKind::designated_care, "designated_care", "定点就医",
                 "At which institutions costs of a scheme are settled.", designated_care,
                 read_designated_care},
    RuleKindInfo{RuleKind::account_items, "account_items", "账户支付项目",
                 "What a balance may be spent on.", account_items, read_account_items},
    RuleKindInfo{RuleKind::account_basis, "account_basis", "划账依据",
                 "By what an account is credited.", account_basis, read_account_basis},
};

}  // namespace

std::span<const RuleKindInfo> benefit_kinds() { return all; }

}  // namespace kinledger::projections::kinds

// Kinds of rule about employers' contributions and the funds.
#include "projections/kinds/employer.h"

#include "projections/kinds/members.h"
#include "projections/kinds/topics.h"

namespace kinledger::projections::kinds {
namespace {

constexpr std::array wage_base{
    Member{"average", Shape::code, required, "平均工资参数", "announced average", "parameter"},
    Member{"at_least", Shape::percent, required, "不低于", "not below this share of it"},
    Member{"at_most", Shape::percent, required, "不高于", "not above this share of it"},
    Member{"open_point", Shape::open_point, required, "取整未规定",
           "where the bound is no whole fen"},
    Member{"open_point_average", Shape::open_point, optional, "平均工资未公告",
           "until the average is announced"},
    Member{"total_rule", Shape::name, optional, "规定工资总额的规则",
           "rule that says what the wage total is"},
};
constexpr std::array arrears{
    Member{"schemes", Shape::code, required_list, "暂停待遇的险种",
           "schemes whose members have their benefits suspended", "scheme"},
    Member{"suspended_natural_month", Shape::count, required, "欠费月起第几个自然月暂停",
           "natural month of the arrears month from which benefits are suspended"},
    Member{"limit_days", Shape::count, required, "责令期限一般不超过（天）",
           "days of the limit from the decision on, in general"},
    Member{"restored_natural_month", Shape::count, required, "期限内缴清后第几个自然月恢复",
           "natural month of the full payment inside the limit from which they are restored"},
    Member{"open_point_counting", Shape::open_point, optional, "月份计算",
           "how months are counted"},
    Member{"open_point_late", Shape::open_point, required, "逾期缴清后的恢复",
           "restoration after a payment past the limit"},
    Member{"limit_rule", Shape::name, optional, "规定责令期限的规则（如为另一条）",
           "rule that says the limit, where it is another one"},
    Member{"restored_rule", Shape::name, optional, "规定恢复待遇的规则（如为另一条）",
           "rule that says the restoration, where it is another one"},
    Member{"employer_rule", Shape::name, optional, "规定由单位承担的规则（如为另一条）",
           "rule that says what the employer bears, where it is another one"},
};
constexpr std::array fund_level{
    Member{"funds", Shape::code, required_list, "基金", "funds", "fund"},
    Member{"level", Shape::code, required, "统收统支级次", "level at which they are kept",
           "fiscalLevel"},
    Member{"required", Shape::label, required, "要求", "what is required"},
};
constexpr std::array fund_handover{
    Member{"areas", Shape::area, required_list, "地区", "areas"},
    Member{"parts", Shape::word, required_list, "移交内容", "what the handover holds",
           "audit|debts|arrears|balance"},
};

RuleParameters read_wage_base(const RuleReader& reader) {
  return WageBase{
      reader.text("average"),    *reader.percent("at_least"),       *reader.percent("at_most"),
      reader.text("open_point"), reader.text("open_point_average"), reader.text("total_rule")};
}

RuleParameters read_arrears(const RuleReader& reader) {
  return Arrears{reader.codes("schemes"),
                 *reader.count("suspended_natural_month"),
                 *reader.count("limit_days"),
                 *reader.count("restored_natural_month"),
                 reader.text("open_point_counting"),
                 reader.text("open_point_late"),
                 reader.text("limit_rule"),
                 reader.text("restored_rule"),
                 reader.text("employer_rule")};
}

RuleParameters read_fund_level(const RuleReader& reader) {
  return FundLevel{reader.codes("funds"), reader.text("level"), reader.label("required")};
}

FundHandover::Part part_of(std::string_view word) {
  using enum FundHandover::Part;
  if (word == "audit") return audit;
  if (word == "debts") return debts;
  return word == "arrears" ? FundHandover::Part::arrears : balance;
}

RuleParameters read_fund_handover(const RuleReader& reader) {
  return FundHandover{reader.areas("areas"), mapped(reader.codes("parts"), part_of)};
}

constexpr std::array kinds_of_employer{
    RuleKindInfo{RuleKind::wage_base, "wage_base", "缴费基数",
                 "An employee's contribution base, held between two shares of an average wage.",
                 wage_base, read_wage_base},
    RuleKindInfo{RuleKind::arrears, "arrears", "单位欠费",
                 "What follows when an employer does not pay on time and in full.", arrears,
                 read_arrears},
    RuleKindInfo{RuleKind::fund_level, "fund_level", "基金级次",
                 "The level at which funds are kept.", fund_level, read_fund_level},
    RuleKindInfo{RuleKind::fund_handover, "fund_handover", "基金移交",
                 "Areas that hand their funds over, and what the handover holds.", fund_handover,
                 read_fund_handover},
};

}  // namespace

std::span<const RuleKindInfo> employer_kinds() { return kinds_of_employer; }

}  // namespace kinledger::projections::kinds

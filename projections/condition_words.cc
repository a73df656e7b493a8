// Conditions in words, for reasons and for `rules`. Built from the labels of the pack, so that a
// new status or certificate reads as its pack calls it.
#include <array>
#include <span>

#include "projections/condition.h"

namespace kinledger::projections {
namespace {

Label joined(std::span<const Label> parts, std::string_view zh_link, std::string_view en_link) {
  Label all;
  for (const auto& part : parts) {
    if (&part != &parts.front()) {
      all.zh += zh_link;
      all.en += en_link;
    }
    all.zh += part.zh;
    all.en += part.en;
  }
  return all;
}

Label one_of(std::span<const Code> codes) {
  std::vector<Label> labels;
  for (const auto& code : codes) labels.push_back(code.label);
  return joined(labels, "或", " or ");
}

Label composite(std::span<const Condition> parts, std::string_view zh_link,
                std::string_view en_link) {
  std::vector<Label> labels;
  for (const auto& part : parts) {
    auto label = describe(part);
    const bool is_nested = parts.size() > 1 && (std::holds_alternative<AllOf>(part.test) ||
                                                std::holds_alternative<AnyOf>(part.test));
    if (is_nested) label = {"（" + label.zh + "）", "(" + label.en + ")"};
    labels.push_back(std::move(label));
  }
  return joined(labels, zh_link, en_link);
}

Label after(std::string_view zh, std::string_view en, const Label& label) {
  return {std::string(zh) + label.zh, std::string(en) + label.en};
}

struct TestWords {
  Label operator()(const AllOf& test) const { return composite(test.parts, "，且", ", and "); }
  Label operator()(const AnyOf& test) const { return composite(test.parts, "，或", ", or "); }
  Label operator()(const Not& test) const {
    return after("并非：", "not: ", describe(test.part.front()));
  }
  Label operator()(const AnyParent& test) const {
    return after("父母一方：", "a parent: ", describe(test.part.front()));
  }
  Label operator()(const AgeTest& test) const {
    std::vector<Label> limits;
    if (test.at_least) {
      const auto years = std::to_string(*test.at_least);
      limits.push_back({"已满" + years + "周岁", years + " or older"});
    }
    if (test.below) {
      const auto years = std::to_string(*test.below);
      limits.push_back({"未满" + years + "周岁", "under " + years});
    }
    return joined(limits, "，且", " and ");
  }
  Label operator()(const BirthTest& test) const {
    std::vector<Label> limits;
    if (test.from) {
      const auto date = to_text(*test.from);
      limits.push_back({date + "（含）以后出生", "born on " + date + " or later"});
    }
    if (test.until) {
      const auto date = to_text(*test.until);
      limits.push_back({date + "以前出生", "born before " + date});
    }
    return joined(limits, "，且", " and ");
  }
  Label operator()(const StatusTest& test) const {
    Label label = test.kind.label;
    if (!test.values.empty()) {
      const auto values = one_of(test.values);
      label = {label.zh + "：" + values.zh, label.en + ": " + values.en};
    }
    if (test.months_at_least) {
      const auto months = std::to_string(*test.months_at_least);
      label = {label.zh + "不少于" + months + "个月",
               label.en + " of at least " + months + " months"};
    }
    if (test.flag == false) label = {"无" + label.zh, "no " + label.en};
    if (test.area) {
      label = {label.zh + "（" + test.area->label.zh + "）",
               label.en + " (" + test.area->label.en + ")"};
    }
    return label;
  }
  Label operator()(const LegacyMemberTest&) const {
    return {"子女统筹参保人员", "member of the legacy pooling"};
  }
  Label operator()(const EnrolledTest& test) const {
    return after("参加", "enrolled in ", one_of(test.schemes));
  }
  Label operator()(const CertificateTest& test) const {
    auto label = after("持有效的", "holds a valid ", one_of(test.kinds));
    if (test.level_at_most) {
      const auto level = std::to_string(*test.level_at_most);
      label = {label.zh + "（" + level + "级及以上）",
               label.en + " (level " + level + " or graver)"};
    }
    if (!test.issuers.empty()) {
      const auto issuers = one_of(test.issuers);
      label = {label.zh + "（统筹地区" + issuers.zh + "核发）",
               label.en + " (issued by " + issuers.en + " of the region)"};
    }
    return label;
  }
  Label operator()(const ExemptionListTest& test) const {
    return after("列入最新名单：", "on the latest list: ", one_of(test.categories));
  }
  Label operator()(const PersonCategoryTest& test) const {
    return after("人员类别：", "category: ", one_of(test.categories));
  }
  Label operator()(const PointsTest&) const {
    return {"取得积分入医资格", "qualified in the points procedure"};
  }
  Label operator()(const UnitTypeTest& test) const {
    return after("单位类型：", "unit type: ", one_of(test.types));
  }
  Label operator()(const FiscalLevelTest& test) const {
    return after("财政级次：", "fiscal level: ", one_of(test.levels));
  }
  Label operator()(const FullGuaranteeTest& test) const {
    if (test.guaranteed) return {"财政全额保障", "fully guaranteed by the budget"};
    return {"非财政全额保障", "not fully guaranteed by the budget"};
  }
  Label operator()(const UnitAreaTest& test) const {
    return after("单位所在区域：", "unit in: ", test.area.label);
  }
  Label operator()(const BothParents& test) const {
    return after("父母双方：", "both parents: ", describe(test.part.front()));
  }
  Label operator()(const FirstTimeTest& test) const {
    if (test.first_time) return {"首次参保", "registered for the first time"};
    return {"非首次参保", "not registered for the first time"};
  }
  Label operator()(const OpenTest& test) const {
    return {"文件未明确（" + test.open_point + "）", "left open (" + test.open_point + ")"};
  }
};

}  // namespace

Label describe(const Condition& condition) {
  auto label = std::visit(TestWords{}, condition.test);
  if (condition.on) {
    const auto date = to_text(*condition.on);
    label = {date + "：" + label.zh, "on " + date + ": " + label.en};
  }
  return label;
}

}  // namespace kinledger::projections

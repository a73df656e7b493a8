#include "projections/condition_format.h"

#include <algorithm>
#include <array>

#include "projections/json_read.h"

namespace kinledger::projections {
namespace {

namespace json = boost::json;

enum class Test : std::uint8_t {
  all,
  any,
  negation,
  parent,
  age,
  born,
  status,
  legacy_member,
  enrolled,
  certificate,
  exemption_list,
  person_category,
  points_qualified,
  unit_type,
  fiscal_level,
  full_guarantee,
  unit_area,
  undetermined,
  both_parents,
  first_time,
};

using enum Presence;

constexpr std::array<Member, 1> all_of_members{
    {{"all", Shape::person_condition, required_list, "各项均满足", "every part is met"}}};
constexpr std::array<Member, 1> any_of_members{
    {{"any", Shape::person_condition, required_list, "至少满足一项", "at least one part is met"}}};
constexpr std::array<Member, 1> not_members{
    {{"not", Shape::person_condition, required, "不满足", "the part is not met"}}};
constexpr std::array<Member, 1> parent_members{
    {{"parent", Shape::person_condition, required, "父母一方满足",
      "at least one recorded parent meets the part"}}};
constexpr std::array<Member, 2> age_members{{
    {"age_at_least", Shape::age, optional, "已满周岁数", "this age is attained"},
    {"age_below", Shape::age, optional, "未满周岁数", "this age is not yet attained"},
}};
constexpr std::array<Member, 2> born_members{{
    {"born_from", Shape::date, optional, "出生日期不早于", "born on this day or later"},
    {"born_until", Shape::date, optional, "出生日期早于", "born before this day"},
}};
constexpr std::array<Member, 7> status_members{{
    {"status", Shape::code, required, "状态类别", "state in force on the date", "personStatus"},
    {"value", Shape::name, optional_list, "值为其中之一", "with one of these values"},
    {"open_value", Shape::name, optional_list, "文件未明确是否适用的值",
     "values of which the documents do not say whether they count"},
    {"open_point", Shape::open_point, optional, "与 open_value 对应的未明确事项",
     "open point of open_value"},
    {"area", Shape::area, optional, "区域在其内", "in this area"},
    {"months_at_least", Shape::count, optional, "月数至少", "with at least so many months"},
    {"flag", Shape::flag, optional, "是否", "with this answer"},
}};
constexpr std::array<Member, 1> legacy_member_members{
    {{"legacy_member", Shape::flag, required, "子女统筹参保人员（写 true）",
      "member of the legacy pooling; write true"}}};
constexpr std::array<Member, 1> enrolled_members{
    {{"enrolled", Shape::code, required_list, "当年参加其中一个险种",
      "enrolled for the year in one of the schemes", "scheme"}}};
constexpr std::array<Member, 3> certificate_members{{
    {"certificate", Shape::code, required_list, "持有其中一种有效证件",
     "holds one of the certificates, valid on the date", "certificate"},
    {"level_at_most", Shape::count, optional, "等级不低于（一级最重）",
     "of this level or a graver one; level 1 is the gravest"},
    {"issuer", Shape::code, optional_list, "由统筹地区的其中之一核发",
     "issued by one of these in the pooling region", "certificateIssuer"},
}};
constexpr std::array<Member, 1> exemption_list_members{
    {{"exemption_list", Shape::code, required_list, "在最新名单上",
      "on the latest list, in one of the categories", "exemption"}}};
constexpr std::array<Member, 1> person_category_members{
    {{"person_category", Shape::code, required_list, "登记的人员类别",
      "registered in one of the categories", "personCategory"}}};
constexpr std::array<Member, 1> points_members{
    {{"points_qualified", Shape::flag, required, "取得积分入医资格（写 true）",
      "qualified in the points procedure; write true"}}};
constexpr std::array<Member, 1> unit_type_members{
    {{"unit_type", Shape::code, required_list, "单位类型为其中之一", "unit of one of these types",
      "unitType"}}};
constexpr std::array<Member, 1> fiscal_level_members{
    {{"fiscal_level", Shape::code, required_list, "财政级次为其中之一",
      "financed at one of these levels", "fiscalLevel"}}};
constexpr std::array<Member, 1> full_guarantee_members{
    {{"full_guarantee", Shape::flag, required, "财政全额保障",
      "fully guaranteed by the budget, or not"}}};
constexpr std::array<Member, 1> unit_area_members{
    {{"unit_area", Shape::area, required, "单位所在区域", "the unit lies in the area"}}};

constexpr std::array<Member, 1> both_parents_members{
    {{"both_parents", Shape::person_condition, required, "父母双方满足",
      "both recorded parents meet the part; unknown with fewer than two"}}};
constexpr std::array<Member, 1> first_time_members{
    {{"first_time", Shape::flag, required, "首次参保", "registered for the first time, or not"}}};
constexpr std::array<Member, 1> undetermined_members{
    {{"undetermined", Shape::open_point, required, "文件未明确",
      "the documents leave it open, whoever asks"}}};

constexpr std::array<Member, 2> common_members{{
    {"on", Shape::date, optional, "按此日期判断",
     "tested on this day instead of that of the question"},
    {"relies_on", Shape::point, optional_list, "边界处所依据的解释口径或未明确事项",
     "readings that decide at the limit of the test"},
}};

enum class Of : std::uint8_t { person, unit, both };

struct TestForm {
  Test test;
  Of of;
  std::span<const Member> members;
};

constexpr std::array<TestForm, 20> tests{{
    {Test::all, Of::both, all_of_members},
    {Test::any, Of::both, any_of_members},
    {Test::negation, Of::both, not_members},
    {Test::parent, Of::person, parent_members},
    {Test::both_parents, Of::person, both_parents_members},
    {Test::first_time, Of::person, first_time_members},
    {Test::age, Of::person, age_members},
    {Test::born, Of::person, born_members},
    {Test::status, Of::person, status_members},
    {Test::legacy_member, Of::person, legacy_member_members},
    {Test::enrolled, Of::person, enrolled_members},
    {Test::certificate, Of::person, certificate_members},
    {Test::exemption_list, Of::person, exemption_list_members},
    {Test::person_category, Of::person, person_category_members},
    {Test::points_qualified, Of::person, points_members},
    {Test::unit_type, Of::unit, unit_type_members},
    {Test::fiscal_level, Of::unit, fiscal_level_members},
    {Test::full_guarantee, Of::unit, full_guarantee_members},
    {Test::unit_area, Of::unit, unit_area_members},
    {Test::undetermined, Of::both, undetermined_members},
}};

bool has_a_key_of(const json::object& table, std::span<const Member> members) {
  return std::ranges::any_of(members,
                             [&](const Member& member) { return table.contains(member.key); });
}

/// The one test of which the table has a key; null if there are none or several.
const TestForm* test_of(const json::object& table) {
  const TestForm* found = nullptr;
  for (const auto& form : tests) {
    if (!has_a_key_of(table, form.members)) continue;
    if (found != nullptr) return nullptr;
    found = &form;
  }
  return found;
}

/// What the status is asked for, it must state: hukou has an area and no months.
void check_status(const json::object& table, const std::string& path, ShapeCheck& check) {
  const auto* list = check.declared().code_list("personStatus");
  const auto* status = table.if_contains("status");
  if (list == nullptr || status == nullptr || !status->is_string()) return;  // a fault already
  const auto* kind = list->find(as_view(*status));
  if (kind == nullptr) return;
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 5> asked{
      {{"value", "value"},
       {"open_value", "value"},
       {"area", "area"},
       {"months_at_least", "months"},
       {"flag", "flag"}}};
  for (const auto& [key, part] : asked) {
    if (!table.contains(key) || std::ranges::find(kind->uses, part) != kind->uses.end()) continue;
    check.fault(path_of(path, key), "PACK_STATUS",
                "状态 \"" + kind->code + "\" 不含此项。请在 uses 中声明或删除。",
                "The status \"" + kind->code +
                    "\" does not state this. Declare it in `uses` or "
                    "remove it.");
  }
  if (table.contains("open_value") != table.contains("open_point")) {
    check.fault(path, "PACK_STATUS", "open_value 与 open_point 须同时填写。",
                "open_value and open_point belong together. Give both.");
  }
  const auto* values = check.declared().code_list(kind->values);
  if (values == nullptr) return;
  for (const std::string_view key : {"value", "open_value"}) {
    for (const auto* value : read_elements(table, key)) {
      if (!value->is_string() || values->find(as_view(*value)) != nullptr) continue;
      check.fault(
          path_of(path, key), "PACK_UNDECLARED",
          "值不在代码表 \"" + values->name + "\" 中。请声明或改正。",
          "The value is not a code of the list \"" + values->name + "\". Declare or correct it.");
    }
  }
}

std::vector<Code> read_codes(const json::object& table, std::string_view key,
                             std::string_view list_name, const Declarations& declared) {
  std::vector<Code> codes;
  const auto* list = declared.code_list(list_name);
  for (const auto* element : read_elements(table, key)) {
    const auto* code = list == nullptr ? nullptr : list->find(as_view(*element));
    if (code != nullptr) {
      codes.push_back(*code);
    } else {  // values of a status without a list of its own
      const std::string text(as_view(*element));
      codes.push_back({text, {text, text}, {}, {}, false, false});
    }
  }
  return codes;
}

std::vector<Condition> read_parts(const json::object& table, std::string_view key,
                                  const Declarations& declared) {
  std::vector<Condition> parts;
  for (const auto* part : read_elements(table, key)) {
    parts.push_back(read_condition(*part, declared));
  }
  return parts;
}

StatusTest read_status(const json::object& table, const Declarations& declared) {
  StatusTest test;
  test.kind = read_codes(table, "status", "personStatus", declared).at(0);
  test.values = read_codes(table, "value", test.kind.values, declared);
  test.open_values = read_codes(table, "open_value", test.kind.values, declared);
  test.open_point = read_text(table, "open_point");
  if (const auto* area = declared.area(read_text(table, "area"))) test.area = *area;
  test.months_at_least = read_count(table, "months_at_least");
  test.flag = read_flag(table, "flag");
  return test;
}

decltype(Condition::test) read_test(Test test, const json::object& table,
                                    const Declarations& declared) {
  const auto codes = [&](std::string_view key, std::string_view list) {
    return read_codes(table, key, list, declared);
  };
  switch (test) {
    case Test::all:
      return AllOf{read_parts(table, "all", declared)};
    case Test::any:
      return AnyOf{read_parts(table, "any", declared)};
    case Test::negation:
      return Not{read_parts(table, "not", declared)};
    case Test::parent:
      return AnyParent{read_parts(table, "parent", declared)};
    case Test::age:
      return AgeTest{read_count(table, "age_at_least"), read_count(table, "age_below")};
    case Test::born:
      return BirthTest{read_date(table, "born_from"), read_date(table, "born_until")};
    case Test::status:
      return read_status(table, declared);
    case Test::legacy_member:
      return LegacyMemberTest{};
    case Test::enrolled:
      return EnrolledTest{codes("enrolled", "scheme")};
    case Test::certificate:
      return CertificateTest{codes("certificate", "certificate"),
                             read_count(table, "level_at_most"),
                             codes("issuer", "certificateIssuer")};
    case Test::exemption_list:
      return ExemptionListTest{codes("exemption_list", "exemption")};
    case Test::person_category:
      return PersonCategoryTest{codes("person_category", "personCategory")};
    case Test::points_qualified:
      return PointsTest{};
    case Test::unit_type:
      return UnitTypeTest{codes("unit_type", "unitType")};
    case Test::fiscal_level:
      return FiscalLevelTest{codes("fiscal_level", "fiscalLevel")};
    case Test::full_guarantee:
      return FullGuaranteeTest{read_flag(table, "full_guarantee").value()};
    case Test::unit_area:
      return UnitAreaTest{*declared.area(read_text(table, "unit_area"))};
    case Test::both_parents:
      return BothParents{read_parts(table, "both_parents", declared)};
    case Test::first_time:
      return FirstTimeTest{read_flag(table, "first_time").value()};
    case Test::undetermined:
      return OpenTest{read_text(table, "undetermined")};
  }
  invariant(false, "every test can be read");
}

}  // namespace

void check_condition(const json::value& value, Subject::Kind subject, const std::string& path,
                     ShapeCheck& check) {
  const auto* table = value.if_object();
  if (table == nullptr) {
    return check.fault(path, "PACK_TYPE", "此处应为条件 { … }。",
                       "A condition { … } is needed here.");
  }
  const auto* form = test_of(*table);
  const bool is_of_subject =
      form != nullptr &&
      (form->of == Of::both || (form->of == Of::person) == (subject == Subject::Kind::person));
  if (!is_of_subject) {
    return check.fault(
        path, "PACK_CONDITION",
        "条件须恰有一种判断，且适用于所问的对象（人员或单位）。多项判断请用 all 或 any。",
        "A condition has exactly one test, of the kind of subject that is asked "
        "about (person or unit). Combine several with all or any.");
  }
  std::vector<Member> members(form->members.begin(), form->members.end());
  members.insert(members.end(), common_members.begin(), common_members.end());
  for (auto& member : members) {
    if (member.shape == Shape::person_condition && subject == Subject::Kind::unit) {
      member.shape = Shape::unit_condition;
    }
  }
  check.table(value, members, path);
  if (form->test == Test::status) check_status(*table, path, check);
  if (form->test == Test::legacy_member || form->test == Test::points_qualified) {
    const auto key = form->members.front().key;
    const auto* flag = table->if_contains(key);
    if (flag != nullptr && flag->is_bool() && !flag->get_bool()) {
      check.fault(path_of(path, key), "PACK_CONDITION", "此处只能写 true；否定请用 not。",
                  "Only true can be written here; use not for the contrary.");
    }
  }
}

Condition read_condition(const json::value& value, const Declarations& declared) {
  const auto& table = value.get_object();
  const auto* form = test_of(table);
  invariant(form != nullptr);
  return {read_test(form->test, table, declared), read_date(table, "on"),
          read_texts(table, "relies_on"), declared.jurisdiction};
}

std::string condition_markdown() {
  std::string rows;
  for (const auto& form : tests) rows += markdown_rows(form.members);
  return rows + markdown_rows(common_members);
}

}  // namespace kinledger::projections

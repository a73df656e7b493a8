#include "projections/declaration_format.h"

#include <algorithm>
#include <array>

#include "projections/json_read.h"

namespace kinledger::projections {
namespace {

namespace json = boost::json;

using enum Presence;

constexpr std::array pack_members{
    Member{"id", Shape::name, required, "规则包编号", "id of the pack"},
    Member{"version", Shape::name, required, "版本", "version"},
    Member{"title", Shape::label, required, "标题", "title"},
    Member{"jurisdiction", Shape::division, required, "统筹地区", "pooling region"},
};
constexpr std::array document_members{
    Member{"tag", Shape::name, required, "引用名", "by which rules cite it"},
    Member{"number", Shape::text, optional, "文号", "number"},
    Member{"title", Shape::label, required, "标题", "title"},
    Member{"issued", Shape::date, optional, "发布日期", "day of issue"},
    Member{"effective_from", Shape::date, optional, "施行日期", "first day in force"},
    Member{"precedence", Shape::rank, required, "效力位阶（大者优先）",
           "where two differ, the greater prevails"},
};
constexpr std::array area_members{
    Member{"zh", Shape::text, required, "中文名称", "name in Chinese"},
    Member{"en", Shape::text, required, "英文名称", "name in English"},
    Member{"codes", Shape::division, required_list, "行政区划代码（含其下级）",
           "divisions, each with all below it"},
};
constexpr std::array code_members{
    Member{"zh", Shape::text, required, "中文名称", "name in Chinese"},
    Member{"en", Shape::text, required, "英文名称", "name in English"},
    Member{"uses", Shape::word, optional_list, "状态所含内容（仅 personStatus）",
           "what the state states; only in personStatus", "value|area|months|flag"},
    Member{"values", Shape::name, optional, "值的代码表（仅 personStatus）",
           "code list of its value; only in personStatus"},
    Member{"known_if_absent", Shape::flag, optional, "未登记即视为不具备（仅 personStatus）",
           "who has no record of it is known not to have it; only in personStatus"},
    Member{"partial", Shape::flag, optional, "未全部整改，不算完成（仅 findingResult）",
           "the finding is not settled by it; only in findingResult"},
    Member{"known_after_end", Shape::flag, optional, "终止后视为不具备（仅 personStatus）",
           "once ended it is known not to hold; only in personStatus"},
    Member{"by_employment", Shape::flag, optional, "就业登记也予以说明（仅 personStatus）",
           "EmploymentRecorded says it as well; only in personStatus"},
    Member{"parent", Shape::flag, optional, "属父母（仅 relation）",
           "makes the guardian a parent; only in relation"},
};
constexpr std::array point_members{
    Member{"id", Shape::name, required, "编号", "id"},
    Member{"says", Shape::label, required, "内容", "statement"},
    Member{"convention", Shape::word, optional, "程序中的选项",
           "switch of the program that it turns",
           "age_day|natural_month|full_months|fund_year|headcount|reimbursing_unit|binding_year|"
           "examination_years|category_date"},
    Member{"choice", Shape::name, optional, "所选", "the choice taken"},
    Member{"choices", Shape::name, optional_list, "可选", "all choices"},
    Member{"alternative", Shape::open_point, optional, "其他理解所属的未明确事项",
           "open point that holds the other readings"},
};

class DeclarationReader {
 public:
  DeclarationReader(const json::object& pack, ShapeCheck& check, Declarations& declared)
      : pack_(pack), check_(check), declared_(declared) {}

  void read() {
    read_header();
    for_each("document", [&](const json::value& value, const std::string& path) {
      read_document(value, path);
    });
    for_each_key("areas", [&](std::string_view name, const json::value& value,
                              const std::string& path) { read_area(name, value, path); });
    for_each_key("codes", [&](std::string_view name, const json::value& value,
                              const std::string& path) { read_code_list(name, value, path); });
    for_each("open_point", [&](const json::value& value, const std::string& path) {
      read_point(true, value, path);
    });
    for_each("interpretation", [&](const json::value& value, const std::string& path) {
      read_point(false, value, path);
    });
  }

 private:
  // What a faulty table still gives: the text when it is text, else nothing.
  static std::string text_or_empty(const json::value& value, std::string_view key) {
    const auto* table = value.if_object();
    const auto* held = table == nullptr ? nullptr : table->if_contains(key);
    return held != nullptr && held->is_string() ? std::string(as_view(*held)) : std::string();
  }

  bool is_accepted(const json::value& value, std::span<const Member> members,
                   const std::string& path) {
    const auto before = check_.fault_count();
    check_.table(value, members, path);
    return check_.fault_count() == before;
  }

  template <class Read>
  void for_each(std::string_view key, Read read) {
    const std::string path = path_of("", key);
    if (!pack_.contains(key)) return;
    const auto elements = read_elements(pack_, key);
    if (elements.size() > pack_list_max) return too_long(path);
    for (std::size_t i = 0; i < elements.size(); ++i) read(*elements[i], path_of(path, i));
  }

  template <class Read>
  void for_each_key(std::string_view key, Read read) {
    const auto* value = pack_.if_contains(key);
    if (value == nullptr) return;
    const std::string path = path_of("", key);
    const auto* table = value->if_object();
    if (table == nullptr) {
      return check_.fault(path, "PACK_TYPE", "此处应为表。", "A table is needed here.");
    }
    if (table->size() > pack_list_max) return too_long(path);
    for (const auto& [name, held] : *table) {
      read({name.data(), name.size()}, held, path_of(path, {name.data(), name.size()}));
    }
  }

  void too_long(const std::string& path) {
    const auto limit = std::to_string(pack_list_max);
    check_.fault(path, "PACK_LIST", "超过 " + limit + " 项。请拆分规则包。",
                 "There are more than " + limit + " of them. Split the pack.");
  }

  void check_name(std::string_view name, const std::string& path) {
    static constexpr Member member{"", Shape::name, required, "", ""};
    check_.member(json::value(json::string_view(name.data(), name.size())), member, path);
  }

  void duplicate(bool is_duplicate, const std::string& path) {
    if (!is_duplicate) return;
    check_.fault(path, "PACK_DUPLICATE", "此名称已被使用。请改名或删除重复项。",
                 "This name is taken already. Rename it or remove the duplicate.");
  }

  static Label label_of(const json::object& table) {
    return {read_text(table, "zh"), read_text(table, "en")};
  }

  void read_header() {
    const auto* value = pack_.if_contains("pack");
    if (value == nullptr || !is_accepted(*value, pack_members, "/pack")) return;
    const auto& table = value->get_object();
    declared_.pack = read_text(table, "id");
    declared_.version = read_text(table, "version");
    declared_.title = label_of(table.at("title").get_object());
    declared_.jurisdiction = {
        static_cast<std::uint32_t>(read_count(table, "jurisdiction").value())};
  }

  void read_document(const json::value& value, const std::string& path) {
    Document document;
    document.tag = text_or_empty(value, "tag");
    duplicate(declared_.document(document.tag) != nullptr, path);
    if (is_accepted(value, document_members, path)) {
      const auto& table = value.get_object();
      document.number = read_text(table, "number");
      document.title = label_of(table.at("title").get_object());
      document.issued = read_date(table, "issued");
      document.effective_from = read_date(table, "effective_from");
      document.precedence = read_count(table, "precedence").value();
    }
    declared_.documents.push_back(std::move(document));
  }

  void read_area(std::string_view name, const json::value& value, const std::string& path) {
    AreaSet area{std::string(name), {}, {}};
    check_name(name, path);
    if (is_accepted(value, area_members, path)) {
      const auto& table = value.get_object();
      area.label = label_of(table);
      for (const auto* code : read_elements(table, "codes")) {
        area.codes.push_back({static_cast<std::uint32_t>(code->get_int64())});
      }
    }
    declared_.areas.push_back(std::move(area));
  }

  void read_code_list(std::string_view name, const json::value& value, const std::string& path) {
    CodeList list{std::string(name), {}};
    check_name(name, path);
    const auto* table = value.if_object();
    if (table == nullptr || table->empty() || table->size() > pack_list_max) {
      check_.fault(path, "PACK_LIST", "代码表应有 1 至 1000 个代码。",
                   "A code list has 1 to 1000 codes.");
    } else {
      for (const auto& [key, held] : *table) {
        const std::string_view code{key.data(), key.size()};
        check_name(code, path_of(path, code));
        list.codes.push_back(read_code(code, held, path_of(path, code)));
      }
    }
    declared_.code_lists.push_back(std::move(list));
  }

  Code read_code(std::string_view name, const json::value& value, const std::string& path) {
    Code code{std::string(name), {}, {}, {}, false, false};
    if (!is_accepted(value, code_members, path)) return code;
    const auto& table = value.get_object();
    code.label = label_of(table);
    code.uses = read_texts(table, "uses");
    code.values = read_text(table, "values");
    code.known_if_absent = read_flag(table, "known_if_absent").value_or(false);
    code.partial = read_flag(table, "partial").value_or(false);
    code.known_after_end = read_flag(table, "known_after_end").value_or(false);
    code.by_employment = read_flag(table, "by_employment").value_or(false);
    code.parent = read_flag(table, "parent").value_or(false);
    return code;
  }

  void read_point(bool open, const json::value& value, const std::string& path) {
    Point point;
    point.id = text_or_empty(value, "id");
    point.open = open;
    duplicate(declared_.point(point.id) != nullptr, path);
    if (is_accepted(value, point_members, path)) {
      const auto& table = value.get_object();
      point.says = label_of(table.at("says").get_object());
      point.convention = convention_named(read_text(table, "convention"));
      point.choice = read_text(table, "choice");
      point.choices = read_texts(table, "choices");
      point.alternative = read_text(table, "alternative");
      check_choice(point, path);
    }
    declared_.points.push_back(std::move(point));
  }

  void check_choice(const Point& point, const std::string& path) {
    std::vector<std::string_view> choices(point.choices.begin(), point.choices.end());
    if (point.convention) choices = choices_of(*point.convention);
    const bool is_among = std::ranges::find(choices, point.choice) != choices.end();
    if (is_among || (choices.empty() && point.choice.empty())) return;
    std::string known;
    for (const auto choice : choices) known += (known.empty() ? "" : ", ") + std::string(choice);
    check_.fault(path, "PACK_WORD", "choice 应为以下之一：" + known + "。",
                 "choice must be one of: " + known + ".");
  }

  const json::object& pack_;
  ShapeCheck& check_;
  Declarations& declared_;
};

}  // namespace

void read_declarations(const json::object& pack, ShapeCheck& check, Declarations& declared) {
  invariant(&check.declared() == &declared);
  DeclarationReader(pack, check, declared).read();
}

std::string declarations_markdown() {
  std::string text;
  const auto add = [&](std::string_view title, std::span<const Member> members) {
    text += "### `" + std::string(title) +
            "`\n\n| key | holds | needed | meaning |\n| --- | --- | --- | --- |\n" +
            markdown_rows(members) + "\n";
  };
  add("[pack]", pack_members);
  add("[[document]]", document_members);
  add("[areas] NAME = { … }", area_members);
  add("[codes.LIST] CODE = { … }", code_members);
  add("[[open_point]] and [[interpretation]]", point_members);
  return text;
}

}  // namespace kinledger::projections

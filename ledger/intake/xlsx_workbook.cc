#include "ledger/intake/xlsx_workbook.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <span>
#include <utility>

#include "ledger/intake/advice.h"
#include "ledger/intake/rich_text.h"
#include "ledger/intake/xml_part.h"
#include "ledger/result.h"

namespace kinledger::ledger::intake {
namespace {

Reason not_a_workbook() {
  return {"FILE_NOT_A_WORKBOOK",
          "文件不是 .xlsx 工作簿（可能是 .docx、.ods、.xlsb 或普通压缩包）。"
          "请用表格软件打开后另存为 .xlsx。",
          "The file is not an .xlsx workbook (it may be .docx, .ods, .xlsb or a plain archive). "
          "Open it in a spreadsheet program and save it as .xlsx."};
}

std::optional<std::uint32_t> parse_index(std::string_view text) {
  std::uint32_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, failed] = std::from_chars(text.data(), end, value);
  if (failed != std::errc{} || stop != end) return std::nullopt;
  return value;
}

bool is_true(std::optional<std::string_view> attribute) {
  return attribute == "1" || attribute == "true";
}

/// The part a target names: absolute, or relative to the part that the relationship starts from.
std::string resolve(std::string_view source_part, std::string_view target) {
  std::string path;
  if (!target.starts_with('/')) path = source_part.substr(0, source_part.rfind('/') + 1);
  path += target;
  std::vector<std::string_view> kept;
  for (std::string_view rest = path; !rest.empty();) {
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    const std::string_view segment = rest.substr(0, slash);
    rest.remove_prefix(std::min(slash + 1, rest.size()));
    if (segment == "..") {
      if (!kept.empty()) kept.pop_back();
    } else if (!segment.empty() && segment != ".") {
      kept.push_back(segment);
    }
  }
  std::string part;
  for (const std::string_view segment : kept) {
    if (!part.empty()) part += '/';
    part += segment;
  }
  return part;
}

std::string relationships_part(std::string_view source_part) {
  const std::size_t name_at = source_part.rfind('/') + 1;  // npos + 1 is 0
  return std::string(source_part.substr(0, name_at)) + "_rels/" +
         std::string(source_part.substr(name_at)) + ".rels";
}

struct Relationship {
  std::string kind;  ///< last segment of its type: the namespaces differ between file versions
  std::string part;
};

class Relationships final : public XmlHandler {
 public:
  explicit Relationships(std::string_view source_part) : source_part_(source_part) {}

  void start(XmlPart& part, std::string_view element, const XmlAttributes& attributes) override {
    const auto id = attributes.find("Id");
    const auto type = attributes.find("Type");
    const auto target = attributes.find("Target");
    if (element != "Relationship" || !id || !type || !target) return;
    if (attributes.find("TargetMode") == "External") return;
    if (by_id_.size() == workbook_relationships_max) {
      return part.refuse(too_many_in_workbook("关系", "relationships", workbook_relationships_max));
    }
    const std::string kind(type->substr(type->rfind('/') + 1));
    by_id_.emplace(*id, Relationship{kind, resolve(source_part_, *target)});
  }
  void end(XmlPart&, std::string_view) override {}
  void text(XmlPart&, std::string_view) override {}

  const Relationship* with_id(std::string_view id) const {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : &found->second;
  }
  const Relationship* of_kind(std::string_view kind) const {
    const auto found = std::ranges::find_if(
        by_id_, [kind](const auto& entry) { return entry.second.kind == kind; });
    return found == by_id_.end() ? nullptr : &found->second;
  }

 private:
  std::string source_part_;
  std::map<std::string, Relationship, std::less<>> by_id_;
};

struct ListedSheet {
  std::string name;
  std::string relationship_id;
  bool visible = true;
};

class SheetList final : public XmlHandler {
 public:
  void start(XmlPart& part, std::string_view element, const XmlAttributes& attributes) override {
    if (depth_++ == 0 && element != "workbook") return part.refuse(not_a_workbook());
    if (element == "workbookPr" && is_true(attributes.find("date1904"))) {
      dates = DateSystem::from_1904;
    }
    if (element == "sheets") in_sheets_ = true;
    if (element != "sheet" || !in_sheets_) return;
    const auto name = attributes.find("name");
    const auto id = attributes.find_prefixed("id");
    if (!name || !id || sheets.size() == workbook_sheets_max) return part.refuse_damaged();
    const auto state = attributes.find("state");
    sheets.push_back({std::string(*name), std::string(*id), !state || state == "visible"});
  }
  void end(XmlPart&, std::string_view element) override {
    --depth_;
    if (element == "sheets") in_sheets_ = false;
  }
  void text(XmlPart&, std::string_view) override {}

  std::vector<ListedSheet> sheets;
  DateSystem dates = DateSystem::from_1900;

 private:
  std::size_t depth_ = 0;
  bool in_sheets_ = false;
};

class DateStyles final : public XmlHandler {
 public:
  void start(XmlPart& part, std::string_view element, const XmlAttributes& attributes) override {
    // Formats and cell styles have lists of their own; the same elements elsewhere mean others.
    if (++depth_ == 2) list_ = element;
    if (depth_ != 3) return;
    const auto id_text = attributes.find("numFmtId");
    const auto id = id_text ? parse_index(*id_text) : std::nullopt;
    const auto code = attributes.find("formatCode");
    if (list_ == "numFmts" && id && code) defined_[*id] = is_date_format(*code);
    if (list_ == "cellXfs") formats_.push_back(id.value_or(0));
    if (defined_.size() > workbook_number_formats_max) {
      return part.refuse(
          too_many_in_workbook("数字格式", "number formats", workbook_number_formats_max));
    }
    if (formats_.size() > workbook_styles_max) {
      part.refuse(too_many_in_workbook("单元格样式", "cell styles", workbook_styles_max));
    }
  }
  void end(XmlPart&, std::string_view) override { --depth_; }
  void text(XmlPart&, std::string_view) override {}

  /// By style index, once the part is read.
  std::vector<bool> take() const {
    std::vector<bool> shows_date;
    shows_date.reserve(formats_.size());
    for (const std::uint32_t id : formats_) {
      const auto defined = defined_.find(id);
      shows_date.push_back(defined != defined_.end() ? defined->second
                                                     : is_builtin_date_format(id));
    }
    return shows_date;
  }

 private:
  std::size_t depth_ = 0;
  std::string list_;
  std::map<std::uint32_t, bool> defined_;
  std::vector<std::uint32_t> formats_;
};

class StringTable final : public XmlHandler {
 public:
  explicit StringTable(SharedStrings& strings) : strings_(strings), rich_(strings.open()) {}

  void start(XmlPart& part, std::string_view element, const XmlAttributes&) override {
    // One inside another would count twice, and cells would show other strings than theirs.
    if (element == "si" && std::exchange(in_string_, true)) return part.refuse_damaged();
    rich_.start(element);
  }
  void end(XmlPart& part, std::string_view element) override {
    rich_.end(element);
    if (element != "si") return;
    in_string_ = false;
    strings_.add();
    if (strings_.size() > workbook_strings_max) {
      part.refuse(too_many_in_workbook("共享字符串", "shared strings", workbook_strings_max));
    }
  }
  void text(XmlPart&, std::string_view characters) override { rich_.characters(characters); }

 private:
  SharedStrings& strings_;
  RichText rich_;
  bool in_string_ = false;
};

Parsed<bool> read_whole(ZipArchive& archive, std::string_view part, XmlHandler& handler) {
  return XmlPart(archive, part, handler).parse();
}

bool is_worksheet(const Relationships& relationships, const ListedSheet& sheet) {
  const Relationship* const relationship = relationships.with_id(sheet.relationship_id);
  return relationship != nullptr && relationship->kind == "worksheet";
}

Reason sheet_missing(const std::vector<ListedSheet>& sheets) {
  std::string names;
  for (const ListedSheet& sheet :
       std::span(sheets).first(std::min(sheets.size(), sheet_names_told_max))) {
    if (!names.empty()) names += ", ";
    names += shown_name(sheet.name);
  }
  if (sheets.size() > sheet_names_told_max) names += ", …";
  return {"SHEET_MISSING",
          "工作簿中没有指定的工作表，或没有可见的工作表。现有工作表：" + names + "。",
          "The workbook has no sheet of the wanted name, or no visible one. Its sheets: " + names +
              "."};
}

/// The wanted sheet among those that hold cells; charts have sheets of their own.
Parsed<ListedSheet> choose(const SheetList& list, const Relationships& relationships,
                           const std::optional<std::string>& name) {
  const auto wanted = [&](const ListedSheet& sheet) {
    return is_worksheet(relationships, sheet) && (name ? sheet.name == *name : sheet.visible);
  };
  const auto found = std::ranges::find_if(list.sheets, wanted);
  if (found == list.sheets.end()) return sheet_missing(list.sheets);
  return *found;
}

Parsed<Relationship> find_workbook(ZipArchive& archive) {
  const std::string root = relationships_part("");
  if (!archive.contains(root)) return not_a_workbook();
  Relationships relationships("");
  const auto read = read_whole(archive, root, relationships);
  if (read.has_error()) return read.error();
  const Relationship* const document = relationships.of_kind("officeDocument");
  if (document == nullptr || document->part.ends_with(".bin")) return not_a_workbook();
  return *document;
}

}  // namespace

Reason too_many_in_workbook(const std::string& zh, const std::string& en, std::size_t limit) {
  const std::string most = std::to_string(limit);
  return {"XLSX_TOO_LARGE",
          "工作簿中的" + zh + "超过 " + most + " 个的上限。请将需要的行复制到新的工作簿后提交。",
          "The workbook has more than the limit of " + most + " " + en +
              ". Copy the rows into a new workbook and hand that in."};
}

std::optional<std::string_view> SharedStrings::at(std::size_t index) const {
  if (index >= ends_.size()) return std::nullopt;
  const std::size_t begin = index == 0 ? 0 : ends_[index - 1];
  return std::string_view(text_).substr(begin, ends_[index] - begin);
}

Parsed<OpenedSheet> open_sheet(ZipArchive& archive, const std::optional<std::string>& name) {
  const auto workbook = find_workbook(archive);
  if (workbook.has_error()) return workbook.error();
  SheetList list;
  auto read = read_whole(archive, workbook->part, list);
  if (read.has_error()) return read.error();
  Relationships relationships(workbook->part);
  read = read_whole(archive, relationships_part(workbook->part), relationships);
  if (read.has_error()) return read.error();

  const auto chosen = choose(list, relationships, name);
  if (chosen.has_error()) return chosen.error();
  OpenedSheet sheet;
  sheet.name = chosen->name;
  sheet.part = relationships.with_id(chosen->relationship_id)->part;
  for (const ListedSheet& other : list.sheets)
    if (other.visible && other.name != chosen->name && is_worksheet(relationships, other))
      sheet.others.push_back(other.name);
  sheet.dates = list.dates;
  if (const Relationship* const styles = relationships.of_kind("styles")) {
    DateStyles date_styles;
    read = read_whole(archive, styles->part, date_styles);
    if (read.has_error()) return read.error();
    sheet.date_styles = date_styles.take();
  }
  if (const Relationship* const strings = relationships.of_kind("sharedStrings")) {
    StringTable table(sheet.strings);
    read = read_whole(archive, strings->part, table);
    if (read.has_error()) return read.error();
  }
  return sheet;
}

}  // namespace kinledger::ledger::intake

#include "ledger/intake/template.h"

#include <algorithm>
#include <array>
#include <utility>

#include "ledger/identity_number.h"
#include "ledger/intake/form_names.h"
#include "ledger/intake/workbook_writer.h"

namespace kinledger::ledger::intake {
namespace {

constexpr std::string_view empty_block =
    "申请单位（盖章）：                    单位编号：                    年    月    日";
constexpr std::string_view example_block =
    "申请单位（盖章）：示例单位（已盖章）    单位编号：330199001    2021年3月5日";

/// Division 330199 was never issued.
std::string made_up_number(std::string_view birth_digits, std::string_view order) {
  std::string number = "330199";
  number.append(birth_digits).append(order);
  number += resident_check_digit(number);
  return number;
}

/// People of an example: one who is a child wherever there is a parent.
struct ExamplePerson {
  std::string_view name, birth_digits, order;
};

ExamplePerson example_person(const Form& form, Field field) {
  constexpr ExamplePerson child{"示例子女", "20150307", "001"};
  constexpr ExamplePerson parent{"示例父母", "19880512", "002"};
  const bool is_adult = field != Field::person || form.type == EventType::employment_recorded;
  return is_adult ? parent : child;
}

std::string example_value(const FieldInfo& field, const LabelsOfList& labels_of) {
  switch (field.kind) {
    case FieldKind::date:
      return field.id == Field::birth_date ? "2015-03-07" : "2021-12-31";
    case FieldKind::month:
      return "2021-01";
    case FieldKind::year:
      return "2021";
    case FieldKind::money:
      return "250.00";
    case FieldKind::count:
      return "10";
    case FieldKind::area:
      return "330106";
    case FieldKind::enumeration:
    case FieldKind::enumeration_list:
      return std::string(field.enumerants.back().zh);
    case FieldKind::digest_list:
      return {};
    default:
      break;
  }
  if (field.code_list.empty()) return std::string(example_text(field.id));
  const auto labels = labels_of ? labels_of(field.code_list) : std::vector<std::string>();
  return labels.empty() ? std::string() : labels.front();
}

std::string example_cell(const Form& form, const FormColumn& column,
                         const LabelsOfList& labels_of) {
  switch (column.part) {
    case Part::serial:
      return "1";
    case Part::valid_on:
      return "2021-03-05";
    case Part::value:
      return example_value(*column.field, labels_of);
    case Part::unit:
      return "330199001";
    case Part::id_number: {
      const auto [name, birth_digits, order] = example_person(form, column.field->id);
      return made_up_number(birth_digits, order);
    }
    case Part::id_type:
      return std::string(name_zh(IdType::resident_id));
    case Part::name:
      return std::string(example_person(form, column.field->id).name);
    case Part::replaces:
      return "118";
    case Part::cause:
    case Part::authority:
      return std::string(column.enumerants()[1].zh);
    case Part::fact:  // of an event that only the ledger at hand can have
    case Part::authority_document:
      return {};
  }
  return {};
}

std::vector<std::string> choices_of(const FormColumn& column, const LabelsOfList& labels_of) {
  std::vector<std::string> choices;
  if (column.part == Part::id_type) {
    for (std::uint8_t number = 1; const auto type = id_type_numbered(number); ++number)
      choices.emplace_back(name_zh(*type));
    return choices;
  }
  if (column.part == Part::value && !column.field->code_list.empty() && labels_of) {
    return labels_of(column.field->code_list);
  }
  if (column.part == Part::value && column.field->kind == FieldKind::enumeration_list) return {};
  const auto enumerants = column.enumerants();
  for (std::size_t i = 1; i < enumerants.size(); ++i) choices.emplace_back(enumerants[i].zh);
  return choices;
}

double width_of(const FormColumn& column) {
  switch (column.part) {
    case Part::serial:
      return 8;
    case Part::id_number:
      return 24;
    case Part::name:
    case Part::valid_on:
      return 16;
    default:
      return 20;
  }
}

std::vector<std::string> title_lines(const Form& form, std::string_view block) {
  std::vector<std::string> lines{form.zh + " / " + form.en + " (" + form.name + ")"};
  if (form.has_block) lines.emplace_back(block);
  return lines;
}

/// Everything is text: what is typed stays as it was typed, ID numbers and amounts alike.
TemplateSheet sheet_of(const Form& form, std::string name, std::string_view block,
                       const LabelsOfList& labels_of) {
  TemplateSheet sheet{std::move(name), title_lines(form, block), {}};
  for (const FormColumn& column : form.columns) {
    if (!column.in_template) continue;
    sheet.columns.push_back(
        {column.heading(), width_of(column), ColumnKind::text, choices_of(column, labels_of)});
  }
  return sheet;
}

/// What to write into a column, in both languages.
struct Instruction {
  std::string_view zh, en;
};

Instruction instruction_for_value(const FieldInfo& field) {
  switch (field.kind) {
    case FieldKind::date:
      return {"日期，例如 2021-03-05、2021/3/5 或 2021年3月5日",
              "a date: 2021-03-05, 2021/3/5 or 2021年3月5日"};
    case FieldKind::month:
      return {"月份，例如 2021-01 或 2021年1月", "a month: 2021-01 or 2021年1月"};
    case FieldKind::year:
      return {"四位年度，例如 2021", "a year of four digits: 2021"};
    case FieldKind::money:
      return {"金额，单位元，最多两位小数，例如 250.00 或 1,920.00",
              "an amount in yuan with at most two decimals: 250.00 or 1,920.00"};
    case FieldKind::count:
      return {"不带单位的整数", "a whole number without a unit"};
    case FieldKind::area:
      return {"六位行政区划代码（GB/T 2260）", "six digits of a division (GB/T 2260)"};
    case FieldKind::enumeration:
      return {"从下拉列表中选择", "one of the drop-down list"};
    case FieldKind::enumeration_list:
      return {"一项或多项，用顿号分隔", "one or several, separated by 、 or a comma"};
    case FieldKind::digest_list:
      return {
          "证据文件的 SHA-256，写作 sha256: 加 64 位十六进制数字；多项用顿号分隔",
          "SHA-256 of each file, sha256: and 64 hexadecimal digits; separated by 、 or a comma"};
    default:
      break;
  }
  if (!field.code_list.empty()) {
    return {"规则包代码表中的名称或代码", "a label or code that the policy packs declare"};
  }
  return {"文字，最多 200 个字符，不得填写姓名、证件号码和联系方式",
          "text of at most 200 characters; no names, ID numbers or contact data"};
}

Instruction instruction_for(const FormColumn& column) {
  switch (column.part) {
    case Part::serial:
      return {"可不填", "may be left out"};
    case Part::value:
      return instruction_for_value(*column.field);
    case Part::valid_on:
      return {"事实发生或状态开始的日期，例如 2021-03-05、2021/3/5 或 2021年3月5日",
              "the day of the act, or the first day of the state: 2021-03-05, 2021/3/5"};
    case Part::unit:
      return {"单位编号，半角字母和数字", "the number that the unit is known by"};
    case Part::fact:
    case Part::replaces:
      return {"账本中事件的序号", "the sequence of an event in the ledger"};
    case Part::id_number:
      return {"证件号码；单元格须为文本格式", "the ID number, in a cell formatted as text"};
    case Part::id_type:
      return {"证件类型；不填即居民身份证", "the type of document; left out: a resident ID"};
    case Part::name:
      return {"与证件一致的姓名", "the name as on the document"};
    case Part::cause:
    case Part::authority:
      return {"从下拉列表中选择", "one of the drop-down list"};
    case Part::authority_document:
      return {"文号的数字部分，例如 〔2021〕77号", "the digits of the number: 〔2021〕77号"};
  }
  return {};
}

ExplanationSheet explanation_of(const Form& form, const LabelsOfList& labels_of) {
  ExplanationSheet sheet{std::string(explanation_sheet_name), {36, 16, 60, 60, 28}, {}};
  sheet.lines.push_back(
      {"列 / column", "必填 / required", "填写内容", "what to write", "示例 / example"});
  for (const FormColumn& column : form.columns) {
    const auto [zh, en] = instruction_for(column);
    sheet.lines.push_back({column.heading(), column.required ? "是 / yes" : "否 / no",
                           std::string(zh), std::string(en),
                           example_cell(form, column, labels_of)});
  }
  sheet.lines.push_back({"", "", "每行登记一个事件；请勿增加其他列，也不要填写联系电话。",
                         "Every row is one event. Add no other columns, and no telephone numbers.",
                         ""});
  if (form.has_block) {
    constexpr std::string_view seal =
        "Unit number and date stand above the table; write （已盖章） behind the unit's name when "
        "the form is sealed.";
    sheet.lines.push_back({"表头", "是 / yes",
                           "表格上方填写单位编号和日期；已盖章的，在单位名称后写“（已盖章）”。",
                           std::string(seal), std::string(example_block)});
  }
  return sheet;
}

Row example_row(const Form& form, std::uint64_t number, const LabelsOfList& labels_of) {
  Row row;
  row.number = number;
  for (std::string& text : example_of(form, labels_of)) {
    const auto kind = text.empty() ? CellKind::empty : CellKind::text;
    row.cells.push_back({kind, std::move(text)});
  }
  return row;
}

}  // namespace

std::vector<std::string> example_of(const Form& form, const LabelsOfList& labels_of) {
  std::vector<std::string> cells;
  for (const FormColumn& column : form.columns) {
    if (column.in_template) cells.push_back(example_cell(form, column, labels_of));
  }
  return cells;
}

Result<void> write_template(const Form& form, const std::filesystem::path& path,
                            const LabelsOfList& labels_of) {
  auto writer = WorkbookWriter::create(path);
  if (writer.has_error()) return writer.error();
  auto written = (*writer)->add_template(sheet_of(form, form.zh, empty_block, labels_of));
  if (written.has_error()) return written;
  const auto example = sheet_of(form, std::string(example_sheet_name), example_block, labels_of);
  written = (*writer)->add_template(example);
  if (written.has_error()) return written;
  const std::uint64_t first_row = example.title_lines.size() + 2;
  written = (*writer)->write_row(example_row(form, first_row, labels_of));
  if (written.has_error()) return written;
  written = (*writer)->add_explanation(explanation_of(form, labels_of));
  if (written.has_error()) return written;
  return (*writer)->finish();
}

}  // namespace kinledger::ledger::intake

#include "projections/questions/question_format.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace kinledger::projections {
namespace {

std::string_view kind_words(const Argument& argument) {
  return argument.words.empty() ? name_of(argument.kind) : argument.words;
}

std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

void append_arguments(const Question& question, std::string& out) {
  if (question.arguments.empty()) return;
  out += "| argument | is | needed | meaning |\n| --- | --- | --- | --- |\n";
  for (const auto& argument : question.arguments) {
    std::string is = cell(kind_words(argument));
    if (!argument.code_list.empty()) is += " of " + std::string(argument.code_list);
    out += "| `" + std::string(argument.name) + "` | " + is + " | " +
           (argument.required ? "yes" : "") + " | " + std::string(argument.en) + " (" +
           std::string(argument.zh) + ") |\n";
  }
  out += '\n';
}

/// "date", "code of scheme", "code: on_time, late".
std::string holds_words(const Heading& heading) {
  std::string words(heading.holds);
  if (heading.codes.starts_with("of ")) return words + " " + std::string(heading.codes);
  if (heading.codes.empty()) return words;
  words += ": ";
  for (const char c : heading.codes) words += c == '|' ? std::string(", ") : std::string(1, c);
  return words;
}

}  // namespace

std::string_view name_of(Argument::Kind kind) {
  switch (kind) {
    case Argument::Kind::person:
      return "person";
    case Argument::Kind::unit:
      return "unit";
    case Argument::Kind::year:
      return "year";
    case Argument::Kind::code:
      return "code";
    case Argument::Kind::area:
      return "division";
    case Argument::Kind::month:
      return "month";
    case Argument::Kind::date:
      return "date";
    case Argument::Kind::text:
      return "text";
  }
  return "";
}

boost::json::object question_json(const Question& question) {
  boost::json::array arguments;
  for (const auto& argument : question.arguments) {
    boost::json::object one{{"name", argument.name},
                            {"kind", name_of(argument.kind)},
                            {"required", argument.required},
                            {"zh", argument.zh},
                            {"en", argument.en}};
    if (!argument.code_list.empty()) one["codeList"] = argument.code_list;
    if (!argument.words.empty()) one["words"] = argument.words;
    arguments.push_back(std::move(one));
  }
  return {{"name", question.name},
          {"id", question.id},
          {"zh", question.zh},
          {"en", question.en},
          {"arguments", std::move(arguments)},
          {"fields", headings_json(question.fields)}};
}

boost::json::array headings_json(std::span<const Heading> headings) {
  boost::json::array list;
  for (const auto& heading : headings) {
    boost::json::object one{
        {"name", heading.name}, {"holds", heading.holds}, {"zh", heading.zh}, {"en", heading.en}};
    if (!heading.columns.empty()) one["columns"] = headings_json(heading.columns);
    list.push_back(std::move(one));
  }
  return list;
}

std::string headings_markdown(std::span<const Heading> headings) {
  std::string out = "| field | holds | meaning |\n| --- | --- | --- |\n";
  const auto append = [&](const std::string& name, const Heading& heading) {
    out += "| `" + name + "` | " + holds_words(heading) + " | " + std::string(heading.en) + " (" +
           std::string(heading.zh) + ") |\n";
  };
  for (const auto& heading : headings) {
    append(std::string(heading.name), heading);
    for (const auto& column : heading.columns)
      append(std::string(heading.name) + "[]." + std::string(column.name), column);
  }
  return out;
}

std::string questions_markdown() {
  std::string out;
  for (const auto& question : questions()) {
    out += "## `" + std::string(question.name) + "` " + std::string(question.id) + " " +
           std::string(question.zh) + "\n\n" + std::string(question.en) + ".\n\n";
    append_arguments(question, out);
    out += headings_markdown(question.fields) + "\n";
  }
  while (out.ends_with("\n\n")) out.pop_back();
  return out;
}

}  // namespace kinledger::projections

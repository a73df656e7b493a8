#include "projections/questions/answer_schema.h"

#include <boost/json/array.hpp>
#include <string>
#include <utility>

#include "ledger/result.h"

namespace kinledger::projections {
namespace {

namespace json = boost::json;

json::object pattern(std::string_view expression) {
  return {{"type", "string"}, {"pattern", expression}};
}

json::object typed(std::string_view type) { return {{"type", type}}; }

json::object hexadecimal_id() { return pattern("^[0-9a-f]{32}$"); }
json::object date() { return {{"type", "string"}, {"format", "date"}}; }
json::object month() { return pattern("^[0-9]{4}-(0[1-9]|1[0-2])$"); }

json::object reference(std::string_view prefix, std::string_view name) {
  return {{"$ref", std::string(prefix) + std::string(name)}};
}

json::object list_of(json::value items) { return {{"type", "array"}, {"items", std::move(items)}}; }

json::object label() {
  return {{"type", "object"},
          {"required", {"zh", "en"}},
          {"properties", {{"zh", typed("string")}, {"en", typed("string")}}}};
}

json::array split(std::string_view words) {
  json::array out;
  while (!words.empty()) {
    const auto end = std::min(words.find('|'), words.size());
    out.emplace_back(words.substr(0, end));
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return out;
}

/// Codes of packs are open: which there are is adopted, not compiled in.
json::object codes_of(const Heading& heading) {
  auto schema = typed("string");
  if (!heading.codes.empty() && !heading.codes.starts_with("of "))
    schema["enum"] = split(heading.codes);
  return schema;
}

json::object fields_schema(std::span<const Heading> headings, std::string_view prefix);

/// What the field holds where it is settled.
json::object settled(const Heading& heading, std::string_view prefix) {
  const auto holds = heading.holds;
  if (holds == "yesNo") return typed("boolean");
  if (holds == "code") return codes_of(heading);
  if (holds == "money") return pattern("^-?[0-9]+\\.[0-9]{2}$");
  if (holds == "date") return date();
  if (holds == "month") return month();
  if (holds == "person" || holds == "unit") return hexadecimal_id();
  if (holds == "count" || holds == "year" || holds == "sequence") return typed("integer");
  if (holds == "sequences") return list_of(typed("integer"));
  if (holds == "list") return list_of(typed("string"));
  if (holds == "rows") return list_of(fields_schema(heading.columns, prefix));
  invariant(holds == "text", "a heading holds what answer.h lists");
  return {{"anyOf", {typed("string"), label()}}};
}

json::object field_schema(const Heading& heading, std::string_view prefix) {
  return {{"title", heading.zh},
          {"description", heading.en},
          {"anyOf",
           {settled(heading, prefix), json::object{{"const", "none"}},
            reference(prefix, "Undetermined")}}};
}

json::object fields_schema(std::span<const Heading> headings, std::string_view prefix) {
  json::object properties;
  for (const auto& heading : headings) properties[heading.name] = field_schema(heading, prefix);
  return {{"type", "object"}, {"properties", std::move(properties)}};
}

json::object nullable(json::object schema) {
  return {{"anyOf", {std::move(schema), typed("null")}}};
}

json::object certainty_schema() {
  json::array names;
  for (const auto certainty : {ledger::Certainty::document, ledger::Certainty::derived,
                               ledger::Certainty::interpretation, ledger::Certainty::open})
    names.emplace_back(to_text(certainty));
  return {{"enum", std::move(names)}};
}

}  // namespace

json::object argument_schema(const Argument& argument) {
  switch (argument.kind) {
    case Argument::Kind::person:
      return pattern("^[0-9a-fA-F]{32}$");
    case Argument::Kind::year:
      return pattern("^[0-9]{4}$");
    case Argument::Kind::area:
      return pattern("^[0-9]{6}$");
    case Argument::Kind::month:
      return month();
    case Argument::Kind::date:
      return date();
    case Argument::Kind::code:
      if (!argument.words.empty()) return {{"enum", split(argument.words)}};
      break;
    case Argument::Kind::unit:
    case Argument::Kind::text:
      break;
  }
  return {{"type", "string"}, {"minLength", 1}, {"maxLength", argument_characters_max}};
}

json::object answer_definitions(std::string_view prefix) {
  json::object definitions;
  definitions["Undetermined"] = {
      {"type", "object"},
      {"description", "what the documents or the records do not settle"},
      {"required", {"undetermined"}},
      {"properties",
       {{"undetermined",
         {{"type", "object"},
          {"required", {"openPoint", "why"}},
          {"properties", {{"openPoint", nullable(typed("string"))}, {"why", label()}}}}}}}};
  definitions["Basis"] = {{"type", "object"},
                          {"required", {"origin", "size", "root", "recordedAt"}},
                          {"properties",
                           {{"origin", typed("string")},
                            {"size", typed("integer")},
                            {"root", pattern("^[0-9a-f]{64}$")},
                            {"recordedAt", {{"type", "string"}, {"format", "date-time"}}}}}};
  definitions["Reason"] = {
      {"type", "object"},
      {"required",
       {"rule", "document", "title", "section", "says", "facts", "interpretation", "openPoint"}},
      {"properties",
       {{"rule", typed("string")},
        {"document", typed("string")},
        {"title", label()},
        {"section", typed("string")},
        {"says", label()},
        {"facts", list_of(typed("integer"))},
        {"interpretation", list_of(typed("string"))},
        {"openPoint", nullable(typed("string"))}}}};
  definitions["Answer"] = {
      {"type", "object"},
      {"required",
       {"question", "basis", "program", "on", "answer", "certainty", "fields", "failing", "reasons",
        "wouldChangeOn"}},
      {"properties",
       {{"question", typed("string")},
        {"basis", reference(prefix, "Basis")},
        {"program", typed("string")},
        {"on", date()},
        {"person", hexadecimal_id()},
        {"unit", hexadecimal_id()},
        {"year", typed("integer")},
        {"arguments", {{"type", "object"}, {"additionalProperties", typed("string")}}},
        {"answer", typed("object")},
        {"certainty", certainty_schema()},
        {"fields",
         {{"type", "object"},
          {"additionalProperties",
           {{"type", "object"},
            {"required", {"certainty", "reliesOn"}},
            {"properties",
             {{"certainty", certainty_schema()}, {"reliesOn", list_of(typed("string"))}}}}}}},
        {"failing", nullable({{"type", "object"},
                              {"required", {"code", "says"}},
                              {"properties", {{"code", typed("string")}, {"says", label()}}}})},
        {"unitNumbers", {{"type", "object"}, {"additionalProperties", typed("string")}}},
        {"reasons", list_of(reference(prefix, "Reason"))},
        {"wouldChangeOn", nullable(date())}}}};
  return definitions;
}

json::object answer_schema(const Question& question, std::string_view prefix) {
  return {{"title", question.zh},
          {"description", question.en},
          {"allOf", json::array{reference(prefix, "Answer")}},
          {"properties", {{"answer", fields_schema(question.fields, prefix)}}}};
}

}  // namespace kinledger::projections

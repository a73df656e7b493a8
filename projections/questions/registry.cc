#include <algorithm>

#include "ledger/intake/advice.h"
#include "ledger/intake/fields.h"
#include "ledger/text.h"
#include "ledger/value_limits.h"
#include "projections/checks/check.h"
#include "projections/code_labels.h"
#include "projections/judgments/grounds.h"
#include "projections/question_arguments.h"
#include "projections/questions.h"
#include "projections/questions/answer_writer.h"
#include "projections/questions/topics.h"
#include "projections/questions/unit_numbers.h"
#include "projections/questions/within.h"

namespace kinledger::projections {
namespace {

using ledger::Parsed;
using ledger::Reason;

std::vector<Question> all_questions() {
  std::vector<Question> all;
  for (auto* topic : {coverage_questions, everyday_questions, premium_questions, scheme_questions,
                      legacy_questions, unit_questions, binding_questions, subsidy_questions,
                      fund_questions, benefit_questions, policy_questions, handling_questions,
                      card_questions, settlement_questions, retirement_questions,
                      employer_questions, agent_questions, care_questions, region_questions}) {
    for (auto& question : topic()) all.push_back(std::move(question));
  }
  std::ranges::stable_sort(
      all, {}, [](const Question& question) { return std::pair(question.id, question.name); });
  return all;
}

Reason missing_argument(const Argument& argument) {
  const std::string name(argument.name);
  return {"ARGUMENT_MISSING", "缺少参数 " + name + "（" + std::string(argument.zh) + "）",
          "argument " + name + " is missing (" + std::string(argument.en) + ")"};
}

Reason bad_format(const Argument& argument, std::string_view zh, std::string_view en) {
  const std::string name(argument.name);
  return {"ARGUMENT_FORMAT", "参数 " + name + " " + std::string(zh),
          "argument " + name + " " + std::string(en)};
}

bool is_word(std::string_view words, std::string_view text) {
  while (!words.empty()) {
    const auto end = words.find('|');
    if (words.substr(0, end) == text) return true;
    words = end == std::string_view::npos ? std::string_view{} : words.substr(end + 1);
  }
  return false;
}

Reason unknown_code(const Argument& argument, const Rulebook& rules) {
  const auto known = listed_codes(rules, argument.code_list);
  const auto name = std::string(argument.name);
  return {"ARGUMENT_CODE", "参数 " + name + " 不是已采用规则包中的代码；可用：" + known.zh,
          "argument " + name + " is not a code of the adopted packs; one of: " + known.en};
}

std::optional<Reason> check_value(const Argument& argument, std::string_view text,
                                  const Rulebook& rules) {
  if (text.empty() || !ledger::is_utf8(text) ||
      ledger::count_characters(text) > argument_characters_max) {
    return bad_format(argument, "为空或过长", "is empty or too long");
  }
  switch (argument.kind) {
    case Argument::Kind::code:
      if (!argument.words.empty()) {
        if (is_word(argument.words, text)) return std::nullopt;
        return bad_format(argument, "应为 " + std::string(argument.words),
                          "must be one of " + std::string(argument.words));
      }
      if (rules.is_code(argument.code_list, text)) return std::nullopt;
      return unknown_code(argument, rules);
    case Argument::Kind::area:
      if (ledger::intake::parse_area(text)) return std::nullopt;
      return bad_format(argument, "应为六位行政区划代码", "must be six digits of GB/T 2260");
    case Argument::Kind::month:
      if (ledger::parse_month(text)) return std::nullopt;
      return bad_format(argument, "应为 YYYY-MM", "must be YYYY-MM");
    case Argument::Kind::date:
      if (ledger::parse_date(text)) return std::nullopt;
      return bad_format(argument, "应为 YYYY-MM-DD", "must be YYYY-MM-DD");
    case Argument::Kind::text:
      if (argument.name == within_argument)
        if (const auto within = read_within(text); !within) return within.error();
      return std::nullopt;
    case Argument::Kind::person:
    case Argument::Kind::unit:
    case Argument::Kind::year:
      return std::nullopt;
  }
  invariant(false);
}

bool is_given(const Argument& argument, const Arguments& arguments) {
  switch (argument.kind) {
    case Argument::Kind::person:
      return arguments.person.has_value();
    case Argument::Kind::unit:
      return arguments.unit.has_value();
    case Argument::Kind::year:
      return arguments.year.has_value();
    default:
      return !arguments.text(argument.name).empty();
  }
}

}  // namespace

std::string_view Arguments::text(std::string_view name) const {
  const auto at = std::ranges::find_if(named, [&](const auto& pair) { return pair.first == name; });
  return at == named.end() ? std::string_view{} : std::string_view(at->second);
}

const Argument* Question::find_argument(std::string_view argument) const {
  const auto at = std::ranges::find(arguments, argument, &Argument::name);
  return at == arguments.end() ? nullptr : &*at;
}

const Heading* Question::find_field(std::string_view field) const {
  const auto at = std::ranges::find(fields, field, &Heading::name);
  return at == fields.end() ? nullptr : &*at;
}

std::span<const Question> questions() {
  static const std::vector<Question> all = all_questions();
  return all;
}

const Question* find_question(std::string_view name) {
  const Question* by_id = nullptr;
  std::size_t with_id = 0;
  for (const auto& question : questions()) {
    if (question.name == name) return &question;
    if (question.id != name) continue;
    by_id = &question;
    ++with_id;
  }
  if (with_id == 1) return by_id;
  const auto checks = check_questions();
  const auto check = std::ranges::find(checks, name, &Question::name);
  return check == checks.end() ? nullptr : &*check;
}

std::optional<Reason> refusal_of(const Arguments& arguments, const Question& question,
                                 const Rulebook& rules) {
  const auto takes = [&](Argument::Kind kind) {
    return std::ranges::find(question.arguments, kind, &Argument::kind) != question.arguments.end();
  };
  const auto unknown = [](std::string_view name) {
    return Reason("ARGUMENT_UNKNOWN", "此查询没有参数 " + std::string(name),
                  "this question takes no argument " + std::string(name));
  };
  if (arguments.person && !takes(Argument::Kind::person)) return unknown("person");
  if (arguments.unit && !takes(Argument::Kind::unit)) return unknown("unit");
  if (arguments.year && !takes(Argument::Kind::year)) return unknown("year");
  for (std::size_t i = 0; i < arguments.named.size(); ++i) {
    const auto& [name, text] = arguments.named[i];
    const auto* argument = question.find_argument(name);
    const bool is_named = argument != nullptr && argument->kind >= Argument::Kind::code;
    if (!is_named) return unknown(ledger::intake::shown_name(name));
    for (std::size_t j = 0; j < i; ++j) {
      if (arguments.named[j].first == name) {
        return bad_format(*argument, "给出了两次", "is given twice");
      }
    }
    if (auto refused = check_value(*argument, text, rules)) return refused;
  }
  for (const auto& argument : question.arguments) {
    if (argument.required && !is_given(argument, arguments)) return missing_argument(argument);
  }
  const bool has_year_in_range = !arguments.year || ledger::is_in_range(*arguments.year);
  if (!has_year_in_range) {
    return bad_format(year_argument, "应在1900至2199年之间", "must be between 1900 and 2199");
  }
  return std::nullopt;
}

ledger::Result<Parsed<Answer>> ask(const Question& question, const Arguments& arguments,
                                   Asking& asking) {
  const auto& rules = asking.knowledge.rules();
  if (auto refused = refusal_of(arguments, question, rules)) {
    return Parsed<Answer>(*std::move(refused));
  }
  Answer answer;
  answer.question = question.name;
  answer.basis = asking.basis;
  answer.program = asking.program;
  answer.on = arguments.on;
  answer.person = arguments.person;
  answer.unit = arguments.unit;
  if (question.find_argument(year_argument.name) != nullptr) {
    answer.year = arguments.year_or_that_of_on();
  }
  answer.arguments = arguments.named;
  AnswerWriter writer(question, rules, answer);
  if (auto judged = question.judge(asking, arguments, writer); !judged) return judged.error();
  name_units(asking.knowledge, answer);
  if (asking.knowledge.fault()) return *asking.knowledge.fault();
  writer.finish();
  return Parsed<Answer>(std::move(answer));
}

}  // namespace kinledger::projections

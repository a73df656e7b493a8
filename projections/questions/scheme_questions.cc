// which schemes a person may join, on which condition it fails, and by whom it is handed in.
#include <algorithm>

#include "projections/judgments/eligibility.h"
#include "projections/judgments/handling.h"
#include "projections/questions/answer_writer.h"
#include "projections/questions/topics.h"

namespace kinledger::projections {
namespace {

using ledger::Date;
using ledger::Result;

constexpr Heading option_columns[] = {
    {"scheme", "险种", "scheme", "code", {}, "of scheme"},
    {"eligible", "可以参加", "eligible", "yesNo"},
    {"because", "原因", "because", "text"},
    {"mayChangeOn", "可能变化日期", "may change on", "date"},
};

constexpr Heading enrollment_columns[] = {
    {"handledOn", "办理日期", "handled on", "date"},
    {"scheme", "险种", "scheme", "code", {}, "of scheme"},
    {"year", "医保年度", "insurance year", "year"},
    {"channel", "办理渠道", "channel", "code", {}, "of channel"},
    {"channelAllowed", "渠道符合规定", "channel allowed", "yesNo"},
    {"sequence", "记录", "record", "sequence"},
};

/// Enrollments handled on or before the date, and whether the rules name their channel; "none"
/// where they or the record say nothing about it.
void write_enrollments(Knowledge& knowledge, const Applicant& applicant, AnswerWriter& writer) {
  const auto& person = knowledge.person(applicant.person);
  const Date on = applicant.on;
  std::vector<Row> rows;
  Backing backing;
  for (const auto& fact : person.of(ledger::EventType::enrollment_registered)) {
    const auto& event = fact.event;
    const auto handled_on = event.envelope().valid_on;
    if (!is_about(fact, person, applicant.jurisdiction) || !handled_on || *handled_on > on)
      continue;
    const auto scheme = event.text(ledger::Field::scheme);
    const auto channel = event.text(ledger::Field::channel);
    const auto year = event.year(ledger::Field::insurance_year);
    const auto named =
        enrollment_channels(knowledge, {applicant.person, applicant.jurisdiction, *handled_on},
                            scheme, event.as<ledger::EnrollmentKind>(ledger::Field::kind));
    const auto names = [&](const Codes& channels) {
      return std::ranges::find(channels, channel) != channels.end();
    };
    const bool is_named = names(named.channels);
    const bool is_ruled =
        !channel.empty() && (!named.steps.empty() || !named.perhaps.empty() || named.open);
    const bool may_be_named = named.perhaps.empty() ? named.steps.empty() : names(named.perhaps);
    if (is_ruled) {
      // Of rules that may be for others a "no" is no more than derived.
      if (named.steps.empty()) backing.weaken(ledger::Certainty::derived);
      backing.add(named.backing);
      writer.apply(named.steps);
    }
    rows.push_back({{*handled_on},
                    {writer.code("scheme", scheme)},
                    year ? Value{*year} : none(),
                    {writer.code("channel", channel)},
                    !is_ruled                                 ? none()
                    : !is_named && may_be_named && named.open ? Value{*named.open}
                                                              : Value{is_named},
                    {fact.sequence}});
  }
  writer.put("enrollments", {std::move(rows)}, backing);
}

std::vector<Row> option_rows(const SchemeOptions& options, const AnswerWriter& writer) {
  std::vector<Row> rows;
  for (const auto& option : options.options) {
    const auto because = joined(option.ruling.causes);
    rows.push_back({{writer.code("scheme", option.scheme)},
                    writer.value_of(option.ruling),
                    {because},
                    option.ruling.may_change_on ? Value{*option.ruling.may_change_on} : none()});
  }
  return rows;
}

void write_options(const SchemeOptions& options, AnswerWriter& writer) {
  std::vector<std::string> open_to;
  bool is_unknown = false;
  for (const auto& option : options.options) {
    if (option.ruling.truth == Truth::yes) open_to.push_back(option.scheme);
    is_unknown = is_unknown || option.ruling.truth == Truth::unknown;
  }
  Backing backing;
  for (const auto& option : options.options) {
    // What is left open by a missing fact shows in the rows; the list holds what is known.
    if (option.ruling.truth != Truth::unknown) backing.add(option.ruling.backing);
  }
  if (options.none_left || is_unknown) backing.add(options.backing);
  writer.put("options", {writer.codes("scheme", open_to)}, backing);
  if (options.none_left) {
    writer.put_undetermined("noneLeft", *options.none_left);
  } else {
    writer.put("noneLeft", none());
  }
  writer.put("conditions", {option_rows(options, writer)}, options.backing);
  writer.apply(options.steps);
}

/// By whom and on which channels an enrollment in the scheme is handed in.
void write_route(Knowledge& knowledge, const Applicant& applicant, const std::string& scheme,
                 AnswerWriter& writer) {
  if (scheme.empty()) {
    writer.put("route", none());
    writer.put("channels", {std::vector<Word>{}});
    return;
  }
  const auto route = enrollment_route(knowledge, applicant, scheme);
  if (route.route.value) {
    writer.put("route", {writer.code("enrollmentRoute", route.route.value->route)},
               route.route.backing);
  } else {
    writer.put_undetermined("route", *route.route.undetermined);
  }
  writer.apply(route.steps);
  // What is for newborns is not for who is older than a year.
  const auto age = age_of(knowledge.person(applicant.person), knowledge.rules(),
                          applicant.jurisdiction, applicant.on);
  const auto kind =
      age.value_or(0) > 0 ? std::optional(ledger::EnrollmentKind::new_member) : std::nullopt;
  const auto named = enrollment_channels(knowledge, applicant, scheme, kind);
  writer.put("channels", {writer.codes("channel", named.channels)}, named.backing);
  writer.apply(named.steps);
}

Result<void> judge_schemes(Asking& asking, const Arguments& arguments, AnswerWriter& writer) {
  auto& knowledge = asking.knowledge;
  const auto& person = *arguments.person;
  const auto& rules = knowledge.rules();
  const auto jurisdiction = jurisdiction_of(knowledge.person(person), rules);
  writer.use(jurisdiction);
  const auto age = age_of(knowledge.person(person), rules, jurisdiction, arguments.on);
  writer.put("age", age ? Value{std::int64_t{*age}} : none());
  const auto options = scheme_options(knowledge, {person, jurisdiction, arguments.on});
  write_options(options, writer);
  std::string scheme(arguments.text("scheme"));
  if (scheme.empty()) {
    writer.put("eligible", none());
    const auto is_open = [](const SchemeOption& option) {
      return option.ruling.truth == Truth::yes;
    };
    if (std::ranges::count_if(options.options, is_open) == 1) {
      scheme = std::ranges::find_if(options.options, is_open)->scheme;
    }
  } else {
    const auto judge = [&](Date on) {
      return may_join(knowledge, {person, jurisdiction, on}, scheme);
    };
    const auto ruling = judge(arguments.on);
    writer.put("eligible", ruling);
    writer.apply(ruling.steps);
    writer.fail(ruling);
    if (ruling.truth == Truth::no) writer.would_change_on(nearest_yes(ruling, judge));
  }
  write_route(knowledge, {person, jurisdiction, arguments.on}, scheme, writer);
  const auto registration =
      enrollment_route(knowledge, {person, jurisdiction, arguments.on, true}, scheme);
  if (!registration.is_ruled) {
    writer.put("registration", none());
  } else if (!registration.route.value) {
    writer.put_undetermined("registration", *registration.route.undetermined);
    writer.apply(registration.steps);
  } else {
    writer.put("registration", {writer.code("enrollmentRoute", registration.route.value->route)},
               registration.route.backing);
    writer.apply(registration.steps);
  }
  write_enrollments(knowledge, {person, jurisdiction, arguments.on}, writer);
  return {};
}

}  // namespace

std::vector<Question> scheme_questions() {
  return {
      {.name = "schemes",
       .id = "Q-06",
       .zh = "可以参加的险种、不满足的条件和办理途径",
       .en = "schemes a person may join, failing conditions, and by whom it is handed in",
       .arguments = {person_argument, scheme_argument},
       .fields = {{"age", "周岁", "age in completed years", "count"},
                  {"options", "可以参加的险种", "schemes open to the person", "list"},
                  {"noneLeft", "无可参加险种", "no scheme is open", "text"},
                  {"conditions", "各险种", "each scheme", "rows", option_columns},
                  {"eligible", "可以参加所问险种", "eligible for the scheme asked about", "yesNo"},
                  {"route", "办理途径", "route", "code", {}, "of enrollmentRoute"},
                  {"channels", "办理渠道", "channels", "list"},
                  {"registration",
                   "基本信息登记途径",
                   "route of the basic registration",
                   "code",
                   {},
                   "of enrollmentRoute"},
                  {"enrollments", "参保登记", "enrollments", "rows", enrollment_columns}},
       .judge = judge_schemes},
  };
}

}  // namespace kinledger::projections

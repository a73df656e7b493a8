// What requests that ask at a date and a basis have in common: their parameters, how persons and
// units are named in an address, and the tag that their answers are known by.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "server/problem.h"
#include "server/route.h"

namespace kinledger::server {

inline constexpr RouteParameter on_parameter{"on", "状态日期，默认今天",
                                             "state of this date, YYYY-MM-DD; by default today",
                                             ParameterForm::date};
inline constexpr RouteParameter known_parameter{
    "known", "按当时所知：记录数、时间、日期或 latest（默认）",
    "as known then: a tree size, an RFC 3339 time, a date or latest, the default",
    ParameterForm::basis};
inline constexpr RouteParameter explain_parameter{
    "explain", "true：文本答复附理由", "true: with the reasons, where the answer is text",
    ParameterForm::flag};
/// Of lists that come in pages.
inline constexpr RouteParameter from_parameter{"from", "从此序号起", "from this sequence on",
                                               ParameterForm::sequence};
inline constexpr RouteParameter limit_parameter{"limit", "最多条数，1 至 10000，默认 1000",
                                                "how many at most, 1 to 10,000; by default 1000",
                                                ParameterForm::limit};

/// The language of the table that is given in place of JSON.
projections::Language language_of(const HttpRequest& request);

/// Field of answers that end a command with 1 when there is something to see: how much there is.
inline constexpr std::string_view found_field = "Kinledger-Found";

/// The basis of `known`, into the inquiry; or what is wrong with it.
std::optional<HttpResponse> take_known(Desk& desk, Call& call);
/// The same with the date of `on`.
std::optional<HttpResponse> take_dates(Desk& desk, Call& call);

/// The basis, and the day where the question was not asked for one: the answer to one target is the
/// same as long as this is. Precondition: the inquiry has both.
Or<std::string> entity_tag(Desk& desk, const Inquiry& inquiry);
/// Whether the client has the answer of that tag already, as JSON: tables, which differ by
/// language, have no tag.
bool has_answer(const HttpRequest& request, const std::string& tag);
/// 304
HttpResponse not_changed(std::string_view type, const std::string& tag);

/// What the access journal has of a call, without what came of it.
Access access_by(const Call& call, std::string operation);

bool is_pseudonym(std::string_view text);
/// An ID number in an address would end up in logs and histories.
HttpResponse number_in_address();
/// The unit that an address names by its number or id.
Or<ledger::UnitId> unit_in_address(Desk& desk, std::string_view text);

/// Takes the question's dates and arguments from the query. `preset` holds what the path names.
std::optional<HttpResponse> prepare_question(
    Desk& desk, Call& call, const projections::Question& question,
    std::span<const std::pair<std::string_view, std::string_view>> preset);

}  // namespace kinledger::server

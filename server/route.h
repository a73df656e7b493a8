// Routes (路由): what can be asked over HTTP, by method and path. One table serves the requests and
// makes /openapi.json, so that the two cannot disagree.
#pragma once

#include <boost/json/value.hpp>
#include <cstddef>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "projections/archive.h"
#include "projections/checks/finding_gate.h"
#include "projections/reports/report.h"
#include "server/access_control.h"
#include "server/batch_ends.h"
#include "server/http_listener.h"
#include "server/http_message.h"
#include "server/media_types.h"
#include "server/metrics.h"
#include "server/target.h"
#include "server/turns.h"

namespace kinledger::server {

class BackupDesk;

/// Answers that may go through all that was recorded (proofs, checks, differences, reports) made at
/// a time.
inline constexpr std::size_t long_answers_at_a_time_max = 2;

/// Entries of one page of a list.
inline constexpr std::uint64_t page_entries_default = 1'000;
inline constexpr std::uint64_t page_entries_max = 10'000;

/// What handlers work on.
struct Desk {
  projections::Archive& archive;
  /// Told, from any thread, what went wrong inside; never holds what a client sent.
  std::function<void(std::string_view)> warn;
  /// Called when something was recorded.
  std::function<void()> recorded;
  Metrics& metrics;
  AccessControl& access;
  /// With more events unprojected than this nothing is asked: it would wait, and keep others from
  /// being answered.
  std::uint64_t unprojected_max = projections::unprojected_events_max;
  /// How far witnesses follow; nothing without a policy.
  std::function<std::optional<CosigningFigures>()> cosigning = [] { return std::nullopt; };
  std::shared_ptr<Turns> long_answers = std::make_shared<Turns>(long_answers_at_a_time_max);
  std::shared_ptr<BatchEnds> batch_ends = std::make_shared<BatchEnds>(archive.ledger());
  BackupDesk* backups = nullptr;  ///< null: the server was given no place for backups
  /// What waits for a thread; nothing without a listener.
  std::function<std::vector<LaneFigures>()> lanes = [] { return std::vector<LaneFigures>(); };
};

/// What the handlers of a route wait for: each has threads of its own (server/http_lane.h), so that
/// one that is slow holds up no other.
enum class Lane : std::uint8_t {
  service,    ///< nothing and nobody: whether the server is up, what it offers
  questions,  ///< the processor
  records,    ///< a commit, or another durable write
  streams,    ///< the client, and a checkpoint once a second
  figures,    ///< nothing either, but the grant; what watches the others must not wait for them
};

/// A request that was matched to a route.
struct Call {
  const HttpRequest& request;
  const Target& target;
  /// The segments in the place of the route's {words}, in their order.
  std::vector<std::string_view> words;
  Caller caller = {};

  // Filled in by Route::prepare.
  Operation operation{};  ///< the route's, until then
  Inquiry inquiry = {};
  const projections::Question* question = nullptr;
  const projections::Report* report = nullptr;
  projections::Arguments arguments = {};
  std::optional<ledger::Submission> submission = std::nullopt;
  std::optional<projections::LinkedCheck> finding = std::nullopt;

  Admission admission = {};  ///< of the inquiry, for Route::handle
};

/// How a parameter is written. Those of questions are Argument::Kind.
enum class ParameterForm : std::uint8_t {
  text,
  flag,      ///< true or false; false where it is left out
  flag_set,  ///< the same, but true where it is left out
  date,      ///< YYYY-MM-DD
  year,      ///< four digits
  basis,     ///< a tree size, a time, a date or latest
  sequence,  ///< digits
  limit,     ///< of a page, 1 to 10,000
  person,    ///< a pseudonym, 32 hexadecimal digits
  unit,      ///< unit number or id
  area,      ///< six digits of GB/T 2260
};

/// A parameter of the query, or a {word} of the path.
struct RouteParameter {
  std::string_view name;
  std::string_view zh;
  std::string_view en;
  ParameterForm form = ParameterForm::text;
  bool is_needed = false;  ///< of the query; words always are
};

/// In the path of a route: all that follows.
inline constexpr std::string_view rest_of_path = "{rest...}";

struct Route {
  std::string_view method;  ///< GET answers HEAD too
  std::string_view path;    ///< "/v1/units/{unit}/roster"
  std::string_view name;    ///< camelCase, of the operation
  std::string_view zh;
  std::string_view en;
  std::vector<RouteParameter> words = {};
  std::vector<RouteParameter> query = {};
  /// The query may have more: the arguments of the question that the path names.
  bool takes_arguments = false;
  std::vector<std::string_view> takes = {};  ///< media types of the body
  std::vector<std::string_view> gives = {};  ///< of a 200 or 201
  std::size_t body_bytes_max = 0;
  /// JSON Schema of a body of JSON; one function for bodies that are the same.
  boost::json::object (*body)() = nullptr;
  bool needs_projections = false;  ///< 503 while they are far behind
  /// Statuses that it may answer with, besides 200 and those that follow from the rest of this
  /// (server/openapi.h).
  std::vector<unsigned> statuses = {};
  /// Header fields of its own: what a request may have, and what an answer has.
  std::vector<std::string_view> request_fields = {};
  std::vector<std::string_view> response_fields = {};
  /// The question whose answer it gives; "*": that of the path.
  std::string_view answers = {};
  Lane lane = Lane::questions;
  /// What it lets somebody do; what is not said is nobody's.
  std::optional<Operation> operation = std::nullopt;
  /// What `prepare` may make of it, by what is asked.
  std::vector<Operation> becomes = {};
  /// The handler may find that the caller may not after all (403): what is recorded of the call
  /// waits for what comes of it.
  bool denies_late = false;
  /// Finds out what the request is about, or what is wrong with it. Null: about nobody.
  std::optional<HttpResponse> (*prepare)(Desk& desk, Call& call) = nullptr;
  /// Called when the caller may.
  HttpResponse (*handle)(Desk& desk, const Call& call) = nullptr;
};

/// All of them. Built once at first use, constant afterwards.
const std::vector<Route>& routes();

// By topic.
std::vector<Route> question_routes();
std::vector<Route> rule_routes();
std::vector<Route> check_routes();
std::vector<Route> difference_routes();
std::vector<Route> report_routes();
std::vector<Route> finding_routes();
std::vector<Route> settlement_routes();
std::vector<Route> submission_routes();
std::vector<Route> stream_routes();
std::vector<Route> log_routes();
std::vector<Route> operation_routes();
std::vector<Route> access_routes();
std::vector<Route> backup_routes();

/// What a path matched.
struct Matched {
  const Route* route = nullptr;  ///< null: no route has such a path
  std::vector<std::string_view> words;
  std::vector<std::string_view> methods;  ///< of all routes of that path
};
/// Borrows from the target. `method` is compared as it is.
Matched match(std::string_view method, const Target& target);

/// Whether the path or the query names a person or a unit.
bool names_a_subject(const Route& route);
/// Whether the projections are far behind.
bool is_catching_up(const Desk& desk);

/// The value of a header field; empty when it is absent.
std::string_view field_of(const HttpRequest& request, std::string_view lower_case_name);
/// A flag of the query.
bool is_set(const Call& call, std::string_view name);
/// What Idempotency-Key says (server/idempotency_key.h); empty: none.
std::string idempotency_key(const HttpRequest& request);
/// Answers that stay with who asked for them.
HttpResponse private_answer(std::string_view type, std::string body);
HttpResponse private_json(unsigned status, const boost::json::value& value);
/// The media type of the body in lower case, without parameters.
std::string media_type_of(const HttpRequest& request);
/// Whether the client would rather have that media type, which it names, than the other one, which
/// it has where it says nothing (RFC 9110, 12.5.1).
bool asks_for(const HttpRequest& request, std::string_view media_type,
              std::string_view rather_than = json_type);

}  // namespace kinledger::server

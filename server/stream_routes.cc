// GET /v1/events: the stream of events, in the form that the client accepts.
#include <algorithm>
#include <stdexcept>
#include <string>

#include "ledger/catalogue.h"
#include "ledger/log_lines.h"
#include "ledger/text.h"
#include "server/event_stream.h"
#include "server/question_call.h"
#include "server/unit_places.h"

namespace kinledger::server {
namespace {

using ledger::Reason;

StreamForm form_of(const HttpRequest& request) {
  for (const auto form : {StreamForm::frames, StreamForm::server_sent_events})
    if (asks_for(request, media_type_of(form), media_type_of(StreamForm::lines))) return form;
  return StreamForm::lines;
}

/// From `from`, or where a browser that connects again left off.
Or<ledger::TreeSize> begin_of(Desk& desk, const Call& call) {
  const auto last = field_of(call.request, "last-event-id");
  const auto text = !last.empty() ? last : call.target.find("from").value_or("0");
  if (text == "0") return ledger::TreeSize{};
  const auto from = desk.archive.resolve_basis(text);
  if (!from) return problem(from.error(), desk.warn);
  if (*from) return **from;
  if (from->error().code != "BASIS_AHEAD") return problem(400, from->error());
  // Whoever follows the log and has seen more is told in a form that it understands.
  if (form_of(call.request) == StreamForm::frames)
    return HttpResponse{416,
                        "text/x.tlog.size",
                        {{"Cache-Control", "no-store"}},
                        std::to_string(desk.archive.ledger().durable().size.value) + "\n"};
  return problem(416, from->error());
}

HttpResponse wrong(std::string_view parameter, std::string zh, std::string en) {
  return problem(400, Reason("ARGUMENT_FORMAT", std::string(parameter) + " " + std::move(zh),
                             std::string(parameter) + " " + std::move(en)));
}

/// "PremiumPaid,EventVoided"
Or<std::vector<ledger::EventType>> types_of(std::string_view names) {
  std::vector<ledger::EventType> types;
  while (!names.empty()) {
    const auto end = std::min(names.find(','), names.size());
    const auto* type = ledger::find_type(names.substr(0, end));
    if (type == nullptr)
      return wrong("type", "应为记录类型，用逗号分隔", "is a list of types of events");
    types.push_back(type->id);
    names.remove_prefix(std::min(end + 1, names.size()));
  }
  return types;
}

Or<EventFilter> filter_of(Desk& desk, const Call& call) {
  EventFilter filter;
  const auto& target = call.target;
  if (const auto names = target.find("type")) {
    auto types = types_of(*names);
    if (!types) return types.error();
    filter.types = std::move(*types);
  }
  if (const auto text = target.find("person")) {
    ledger::PersonId person;
    if (!ledger::from_hex(*text, person.bytes))
      return wrong("person", "应为 32 位人员编号", "is the 32 digits of a pseudonym");
    filter.person = person;
  }
  if (const auto text = target.find("unit")) {
    const auto unit = unit_in_address(desk, *text);
    if (!unit) return unit.error();
    filter.scope.unit = *unit;
  }
  if (const auto text = target.find("area")) {
    const auto code = text->size() == 6 ? ledger::digits_value(*text) : std::nullopt;
    if (!code) return wrong("area", "应为六位行政区划代码", "is six digits of GB/T 2260");
    filter.scope.area = ledger::Area{static_cast<std::uint32_t>(*code)};
  }
  return filter;
}

/// A stream that is counted as long as it is there.
class CountedStream {
 public:
  CountedStream(Desk& desk, EventStreamOptions options, std::unique_ptr<StreamWriter> writer)
      : metrics_(desk.metrics),
        from_(options.from),
        events_(desk.archive.ledger(), *desk.batch_ends, std::move(options), std::move(writer)) {
    metrics_.stream_began();
  }
  ~CountedStream() { metrics_.stream_ended(events_.position().value - from_.value); }
  CountedStream(const CountedStream&) = delete;
  CountedStream& operator=(const CountedStream&) = delete;

  EventStream& events() { return events_; }

 private:
  Metrics& metrics_;
  const ledger::TreeSize from_;
  EventStream events_;
};

/// Whether the one who asked may still have what was granted when the stream began.
class StandingGrant {
 public:
  StandingGrant(AccessControl& access, const Call& call)
      : access_(access), within_(call.admission.within), inquiry_(call.inquiry) {
    who_.certificate = call.request.certificate;
    for (const auto& field : call.request.fields)
      if (field.name == "authorization") who_.fields.push_back(field);
  }

  bool stands() const {
    const auto caller = access_.caller_of(who_);
    if (!caller) return false;
    const auto admission = access_.admit(*caller, Operation::stream_events, inquiry_);
    return admission && *admission && (*admission)->within == within_;
  }

 private:
  AccessControl& access_;
  HttpRequest who_;
  std::vector<Scope> within_;
  Inquiry inquiry_;
};

/// What the listener asks for pieces. A fault cuts the stream: the client sees no end of the body.
std::shared_ptr<HttpStream> body_of(const std::shared_ptr<CountedStream>& counted,
                                    StandingGrant grant) {
  auto stream = std::make_shared<HttpStream>();
  stream->next = [counted, grant = std::move(grant),
                  has_ended = false]() mutable -> std::optional<std::string> {
    if (has_ended) return std::nullopt;
    if (!grant.stands()) {
      has_ended = true;
      return counted->events().last("revoked");
    }
    auto piece = counted->events().next();
    if (!piece) throw std::runtime_error(piece.error().what);  // as HttpStream asks for
    return std::move(*piece);
  };
  stream->last = [counted] { return counted->events().last("stopping"); };
  return stream;
}

/// What any of the scopes covers.
std::function<bool(const ledger::EventView&)> within(projections::Archive& archive,
                                                     std::vector<Scope> scopes) {
  return [places = UnitPlaces(archive),
          scopes = std::move(scopes)](const ledger::EventView& event) mutable {
    if (ledger::records_a_unit(event.type()))
      for (const auto& unit : event.units()) places.forget(unit);
    return std::ranges::any_of(scopes, [&](const Scope& scope) {
      const auto covered = places.covers(scope, event);
      if (!covered) throw std::runtime_error(covered.error().what);  // as HttpStream asks for
      return *covered;
    });
  };
}

/// The record says whose events were asked for, and from where.
std::optional<HttpResponse> prepare_stream(Desk& desk, Call& call) {
  const auto from = begin_of(desk, call);
  if (!from) return from.error();
  const auto filter = filter_of(desk, call);
  if (!filter) return filter.error();
  call.inquiry.person = filter->person;
  call.inquiry.unit = filter->scope.unit;
  call.inquiry.basis = *from;
  call.inquiry.is_checked_later = true;
  return std::nullopt;
}

HttpResponse stream_events(Desk& desk, const Call& call) {
  const auto from = begin_of(desk, call);
  if (!from) return from.error();
  auto filter = filter_of(desk, call);
  if (!filter) return filter.error();
  if (!call.admission.within.empty())
    filter->is_visible = within(desk.archive, call.admission.within);
  const auto form = form_of(call.request);
  const auto events = std::make_shared<CountedStream>(
      desk, EventStreamOptions{*from, std::move(*filter), call.target.find("follow") != "false"},
      make_stream_writer(form));
  HttpResponse response;
  response.content_type = media_type_of(form);
  response.fields.push_back({"Cache-Control", "no-store"});
  response.stream = body_of(events, StandingGrant(desk.access, call));
  return response;
}

}  // namespace

std::vector<Route> stream_routes() {
  return {
      {.method = "GET",
       .path = "/v1/events",
       .name = "streamEvents",
       .zh = "从某处起的全部记录，随后继续推送新记录；格式见 docs/FORMAT.md",
       .en = "all events from somewhere on, and then what is recorded next: docs/FORMAT.md",
       .query = {{"from", "起点：记录数（默认 0）、时间、日期或 latest",
                  "where to begin: a tree size, by default 0, an RFC 3339 time, a date or latest",
                  ParameterForm::basis},
                 {"follow", "false：到现有记录为止", "false: end where the log ends now",
                  ParameterForm::flag_set},
                 {"type", "只要这些类型，逗号分隔", "only these types, separated by commas"},
                 {"person", "只要此人的", "only of this person, a pseudonym",
                  ParameterForm::person},
                 {"unit", "只要此单位的", "only of this unit", ParameterForm::unit},
                 {"area", "只要此行政区划内的", "only of this division and what lies in it",
                  ParameterForm::area}},
       .gives = {media_type_of(StreamForm::lines), media_type_of(StreamForm::server_sent_events),
                 media_type_of(StreamForm::frames)},
       .statuses = {404, 416},
       .request_fields = {"Last-Event-ID"},
       .lane = Lane::streams,
       .operation = Operation::stream_events,
       .prepare = prepare_stream,
       .handle = stream_events},
  };
}

}  // namespace kinledger::server

#include "tools/event_tail.h"

#include <boost/json/serialize.hpp>
#include <condition_variable>
#include <mutex>

#include "ledger/intake/event_json.h"
#include "ledger/log_lines.h"
#include "ledger/private_file.h"
#include "ledger/text.h"
#include "tools/complaint.h"
#include "tools/event_words.h"

namespace kinledger::tools {
namespace {

using ledger::Error;
using ledger::EventView;
using ledger::Failure;
using ledger::TreeSize;
using server::Contradiction;

constexpr std::chrono::seconds progress_told_every{10};
constexpr std::chrono::seconds log_kept_every{1};
constexpr std::size_t refusal_bytes_max = 1024;
constexpr std::size_t sequence_width = 8;

/// What a server or a damaged event says, without what would steer a terminal.
std::string printable(std::string_view text) {
  if (const auto accepted = ledger::accept_text(text, text.size()); accepted && *accepted == text)
    return std::string(text);
  std::string out;
  for (const char byte : text) out += byte >= ' ' && byte <= '~' ? byte : '?';
  return out;
}

/// Whether the same question may get another answer later.
bool is_passing(unsigned status) {
  constexpr unsigned too_many = 429;
  constexpr unsigned server_fault = 500;
  return status == too_many || status >= server_fault;
}

/// A log's size, as C2SP tlog-witness says it.
constexpr std::string_view size_type = "text/x.tlog.size";

std::optional<TreeSize> size_in(std::string_view body) {
  const auto line = ledger::take_line(body);
  const auto size = line ? ledger::read_decimal(*line) : std::nullopt;
  if (!size || !body.empty()) return std::nullopt;
  return TreeSize{*size};
}

}  // namespace

EventTail::EventTail(TailRequest request, std::optional<server::EventFollower> follower,
                     Terminal& terminal)
    : request_(std::move(request)),
      follower_(std::move(follower)),
      terminal_(terminal),
      next_(follower_ ? follower_->size() : request_.from),
      kept_(follower_ && follower_->log() ? follower_->log()->checkpoint : "") {}

Exit EventTail::run(const std::stop_token& stop) {
  while (true) {
    const auto before = next_;
    const auto ended = connect(stop);
    const auto kept = keep(true);
    tell_progress(!request_.follows || ended.exit || stop.stop_requested());
    if (kept) return *kept;
    if (ended.exit) return *ended.exit;
    if (stop.stop_requested() || terminal_.output() != Terminal::Output::good) return Exit::done;
    const bool is_further = next_ > before;
    if (!is_further && !request_.follows)
      return complain(terminal_, Error{Failure::unavailable, ended.why});
    if (is_further) pause_ = {};
    pause(ended.why, stop);
  }
}

EventTail::Ended EventTail::connect(const std::stop_token& stop) {
  reader_.emplace();
  end_.clear();
  exit_.reset();
  std::optional<server::HttpReply> other;  // an answer that is no stream
  server::HttpStreamCall call;
  call.url = request_.url;
  call.tls = request_.tls.get();
  call.path = "/v1/events?from=" + std::to_string(next_.value) +
              "&follow=" + (request_.follows ? "true" : "false") + request_.filters;
  call.accept = server::event_stream_type;
  call.begin = [&](const server::HttpReply& head) {
    constexpr unsigned ok = 200;
    if (head.status != ok || head.content_type != server::event_stream_type) other = head;
    return true;
  };
  call.take = [&](std::string_view piece) {
    if (!other) return take(piece);
    other->body += piece.substr(0, refusal_bytes_max - other->body.size());
    return other->body.size() < refusal_bytes_max;
  };
  const auto streamed = server::stream(call, stop);
  terminal_.flush();
  if (exit_) return {exit_, {}};
  if (other && (streamed || !is_passing(other->status)))
    return refused(other->status, other->content_type, other->body);
  if (!streamed) return {{}, streamed.error().what};
  if (end_ == "complete" && !request_.follows) return {Exit::done, {}};
  const auto url = request_.url.to_text();
  return {{}, end_.empty() ? url + ": the stream was cut" : url + ": " + end_};
}

EventTail::Ended EventTail::refused(unsigned status, const std::string& content_type,
                                    const std::string& body) {
  const auto url = request_.url.to_text();
  if (content_type == size_type) {
    const auto size = size_in(body);
    if (follower_ && size && *size < next_) {
      const auto wrong = follower_->take(server::StreamStart{*size, {}});
      return {tell(wrong.value()), {}};
    }
  }
  const auto words = printable(std::string_view(body).substr(0, body.find('\n')));
  const auto why = url + ": status " + std::to_string(status) + (words.empty() ? "" : ": " + words);
  if (is_passing(status)) return {{}, why};
  constexpr unsigned ok = 200;
  if (status == ok)
    return {complain(terminal_,
                     Error{Failure::invalid, url + " does not stream events: it answers with " +
                                                 printable(content_type)}),
            {}};
  return {complain(terminal_, Error{Failure::invalid, why}), {}};
}

bool EventTail::take(std::string_view piece) {
  reader_->take(piece);
  while (!exit_) {
    const auto frame = reader_->next();
    if (!frame) {
      exit_ = follower_ ? tell(follower_->take_malformed(frame.error().what))
                        : complain(terminal_, frame.error());
      break;
    }
    if (!*frame) break;
    if (!take(**frame)) break;
  }
  terminal_.flush();
  if (exit_ || terminal_.output() != Terminal::Output::good) return false;
  tell_progress(false);
  exit_ = keep(false);
  return !exit_;
}

bool EventTail::take(const server::Frame& frame) {
  if (follower_)
    if (const auto wrong = follower_->take(frame)) {
      exit_ = tell(*wrong);
      return false;
    }
  if (const auto* start = std::get_if<server::StreamStart>(&frame)) return take_start(*start);
  if (const auto* event = std::get_if<server::StreamedEvent>(&frame)) return take_event(*event);
  if (const auto* left_out = std::get_if<server::LeftOut>(&frame))
    next_.value += left_out->leaves.size();
  if (const auto* end = std::get_if<server::StreamEnd>(&frame)) end_ = end->why;
  return true;
}

bool EventTail::take_start(const server::StreamStart& start) {
  if (start.size == next_) return true;
  exit_ = complain(
      terminal_,
      Error{Failure::corrupt, "the stream was asked for from event " + std::to_string(next_.value) +
                                  " on and begins at " + std::to_string(start.size.value)});
  return false;
}

bool EventTail::take_event(const server::StreamedEvent& event) {
  const auto view = EventView::read(event.bytes);
  if (!view) {
    exit_ = complain(terminal_, Error{Failure::corrupt, "event " + std::to_string(next_.value) +
                                                            ": " + view.error().what});
    return false;
  }
  print(*view);
  ++next_.value;
  return terminal_.output() == Terminal::Output::good;
}

void EventTail::print(const EventView& event) {
  const auto json = ledger::intake::event_to_json(event, {next_.value});
  if (request_.json) {
    terminal_.print_line(boost::json::serialize(json));
    return;
  }
  const auto& type = ledger::type_info(event.type());
  const auto language = terminal_.language();
  auto line = std::to_string(next_.value);
  line.insert(0, sequence_width - std::min(sequence_width, line.size()), ' ');
  const auto add = [&line](const std::string& text) {
    if (!text.empty()) line += "  " + text;
  };
  add(ledger::to_text(event.envelope().recorded_at));
  add(event.envelope().valid_on ? ledger::to_text(*event.envelope().valid_on) : "----------");
  add(type_words(type, language));
  add(correction_words(json, type, language));
  add(printable(body_words(json, type, language)));
  terminal_.print_line(line);
}

Exit EventTail::tell(const Contradiction& contradiction) {
  const auto sequence = std::to_string(contradiction.sequence.value);
  const auto& reason = contradiction.reason;
  terminal_.complain("kinledger: " +
                     std::string(terminal_.say(
                         {"未通过校验；第一条不可信的记录：序号 " + sequence + "：" + reason.zh,
                          "not verified; the first event that cannot be trusted is sequence " +
                              sequence + ": " + reason.en})) +
                     " [" + reason.code + "]");
  if (contradiction.checkpoint.empty() || request_.log.empty()) return Exit::not_verified;
  const auto evidence = request_.log.string() + ".fork";
  if (const auto kept =
          ledger::replace_private_file(evidence, ledger::as_bytes(contradiction.checkpoint));
      !kept) {
    complain(terminal_, kept.error());
    return Exit::not_verified;
  }
  terminal_.complain(
      std::string(terminal_.say({"账本签署的检查点已存入 " + evidence + "，请与其他审计方比较",
                                 "the checkpoint that the log signed is kept in " + evidence +
                                     ": compare it with other auditors"})));
  return Exit::not_verified;
}

/// Now and then, and what was not told yet at the end.
void EventTail::tell_progress(bool is_last) {
  const auto now = Clock::now();
  if (!follower_ || (!is_last && !told_progress_.empty() && now - told_at_ < progress_told_every))
    return;
  const bool has_checkpoint = follower_->log().has_value();
  if (!is_last && !has_checkpoint) return;
  const auto to = std::to_string(follower_->signed_size().value);
  std::string line(terminal_.say(
      has_checkpoint ? Label{"已校验至 " + to + "（" + request_.origin + "）",
                             "verified to " + to + " (" + request_.origin + ")"}
                     : Label{"尚无检查点，未经校验", "not verified yet: there was no checkpoint"}));
  if (const auto more = follower_->unsigned_events(); more > 0)
    line += terminal_.say({"；其后 " + std::to_string(more) + " 条尚未签署",
                           "; the " + std::to_string(more) + " events behind are not signed yet"});
  if (const auto& lacking = follower_->lacking()) {
    const auto has = std::to_string(lacking->has), needs = std::to_string(lacking->needs);
    line += terminal_.say({"；所需的 " + needs + " 个共同签名只有 " + has + " 个",
                           "; only " + has + " of " + needs + " needed witnesses cosigned"});
  }
  if (line == told_progress_) return;
  told_progress_ = line;
  told_at_ = now;
  terminal_.complain(line);
}

/// A crash in between makes events be seen again, nothing more.
std::optional<Exit> EventTail::keep(bool is_last) {
  if (!follower_ || !follower_->log() || request_.log.empty()) return std::nullopt;
  const auto now = Clock::now();
  if (follower_->log()->checkpoint == kept_ || (!is_last && now - kept_at_ < log_kept_every))
    return std::nullopt;
  const auto written =
      ledger::replace_private_file(request_.log, ledger::as_bytes(follower_->log()->to_text()));
  if (!written) return complain(terminal_, written.error());
  kept_ = follower_->log()->checkpoint;
  kept_at_ = now;
  return std::nullopt;
}

void EventTail::pause(const std::string& why, const std::stop_token& stop) {
  const auto pause =
      std::exchange(pause_, std::min(std::max(pause_ * 2, tail_pause_first), tail_pause_most));
  if (pause.count() == 0) {
    terminal_.log_info(why);
    return;
  }
  const auto seconds = std::to_string(pause.count());
  terminal_.complain("kinledger: " + why +
                     std::string(terminal_.say(
                         {"；" + seconds + " 秒后重试", "; trying again in " + seconds + " s"})));
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::condition_variable_any waiting;
  waiting.wait_for(lock, stop, pause, [] { return false; });
}

}  // namespace kinledger::tools

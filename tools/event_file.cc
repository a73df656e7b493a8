#include "tools/event_file.h"

#include "ledger/intake/whole_file.h"
#include "ledger/stated_keys.h"
#include "server/event_follower.h"
#include "server/event_stream.h"

namespace kinledger::tools {
namespace {

using ledger::Parsed;
using ledger::Reason;
using ledger::Result;
using server::EventFollower;

constexpr std::size_t event_piece_bytes = std::size_t{256} << 10;

Reason not_a_stream(const std::string& zh, const std::string& en) {
  return {"EVENTS_FORMAT", "不是完整的事件文件：" + zh, "not a whole file of events: " + en};
}
Reason cut_off() { return not_a_stream("没有结尾", "it is cut off"); }

/// One file on its way from frames to a copy.
class FileCheck {
 public:
  FileCheck(EventSigners signers, std::unique_ptr<projections::EventCopy> copy)
      : signers_(std::move(signers)), copy_(std::move(copy)) {}

  /// Nothing when all is well so far.
  Result<std::optional<Reason>> take(const server::Frame& frame) {
    if (const auto* event = std::get_if<server::StreamedEvent>(&frame)) return take_event(*event);
    if (std::holds_alternative<server::LeftOut>(frame))
      return wrong({"EVENTS_LEFT_OUT", "事件文件略去了部分记录，无从重新生成报表",
                    "the file leaves events out: the report cannot be made again from it"});
    if (const auto* start = std::get_if<server::StreamStart>(&frame)) {
      if (start->size.value == 0) return std::optional<Reason>();
      return wrong({"EVENTS_LEFT_OUT", "事件文件不是从第一条记录开始",
                    "the file does not begin with the first event"});
    }
    if (std::holds_alternative<server::StreamEnd>(frame)) has_ended_ = true;
    return follower_ ? follow(frame) : wrong(not_a_stream("没有记录", "it has no event"));
  }

  /// What was taken, when it is whole and signed.
  Parsed<CheckedEvents> finish() {
    if (!follower_ || !has_ended_) return cut_off();
    if (follower_->lacking() || follower_->unsigned_events() > 0)
      return Reason("EVENTS_NOT_SIGNED", "事件文件没有签发全部记录的检查点，或共同签名不足",
                    "no checkpoint covers all events of the file, or it lacks cosignatures");
    return CheckedEvents{std::move(copy_), stated_.in_force(), name_of(follower_->keys().front()),
                         follower_->size()};
  }

 private:
  static Result<std::optional<Reason>> wrong(Reason reason) {
    return std::optional(std::move(reason));
  }

  Result<std::optional<Reason>> take_event(const server::StreamedEvent& event) {
    const bool is_first = !follower_;
    if (!take_key(event))
      return wrong(is_first ? not_a_stream("第一条记录不是账本的建立",
                                           "its first event does not create a ledger")
                            : not_a_stream("密钥轮换与此前的公钥不符",
                                           "a KeyRotated does not follow from the key before"));
    if (is_first) {
      if (signers_.keys.empty()) signers_.keys.emplace_back(stated_.in_force());
      follower_.emplace(server::FollowOptions{std::move(signers_.keys), std::move(signers_.policy),
                                              std::move(signers_.window)});
      if (auto told = follow(server::StreamStart{}); !told || *told) return told;
    }
    if (auto told = follow(event); !told || *told) return told;
    if (auto added = copy_->add(event.bytes); !added) return added.error();
    return std::optional<Reason>();
  }

  /// Without a key that was given, the one that the events say is in force must have signed.
  bool take_key(const server::StreamedEvent& event) {
    if (follower_ && !is_by_stated_key_) return true;
    const auto read = ledger::EventView::read(event.bytes);
    if (!read) return follower_.has_value();  // which says what is wrong
    if (!stated_.take(*read)) return false;
    if (follower_) follower_->set_keys({stated_.in_force()});
    return true;
  }

  Result<std::optional<Reason>> follow(const server::Frame& frame) {
    const auto told = follower_->take(frame);
    if (!told) return std::optional<Reason>();
    const auto at = std::to_string(told->sequence.value);
    return wrong({told->reason.code, "自序号 " + at + " 起不可信：" + told->reason.zh,
                  "not to be trusted from sequence " + at + " on: " + told->reason.en});
  }

  EventSigners signers_;
  const bool is_by_stated_key_ = signers_.keys.empty();
  std::unique_ptr<projections::EventCopy> copy_;
  ledger::StatedKeys stated_;
  std::optional<EventFollower> follower_;
  bool has_ended_ = false;
};

/// Every whole frame that was read.
Result<std::optional<Reason>> take_frames(server::FrameReader& frames, FileCheck& check) {
  for (;;) {
    auto frame = frames.next();
    if (!frame) return std::optional(not_a_stream(frame.error().what, frame.error().what));
    if (!*frame) return std::optional<Reason>();
    if (auto told = check.take(**frame); !told || *told) return told;
  }
}

}  // namespace

std::filesystem::path event_file_beside(const std::filesystem::path& report) {
  auto path = report;
  return path.replace_extension(".events");
}

Result<void> check_signed(ledger::Ledger& ledger) {
  const auto checkpoint = ledger.checkpoint();
  if (!checkpoint) return checkpoint.error();
  if (!ledger.read_only() || checkpoint->head.size == ledger.durable().size) return {};
  return ledger::Error{ledger::Failure::unavailable,
                       "the ledger is read-only, and the last checkpoint that it signed is of " +
                           std::to_string(checkpoint->head.size.value) + " of its " +
                           std::to_string(ledger.durable().size.value) + " events"};
}

Result<void> write_event_file(ledger::Ledger& ledger, const std::filesystem::path& path) {
  if (const auto is_signed = check_signed(ledger); !is_signed) return is_signed.error();
  auto file = ledger::intake::WholeFile::create(path);
  if (!file) return file.error();
  server::BatchEnds ends(ledger);
  server::EventStream stream(ledger, ends, {.from = {}, .filter = {}, .follows = false},
                             server::make_stream_writer(server::StreamForm::frames));
  for (;;) {
    const auto piece = stream.next();
    if (!piece) return piece.error();
    if (!*piece) return (*file)->keep();
    if (auto written = (*file)->write(**piece); !written) return written;
  }
}

Result<Parsed<CheckedEvents>> check_event_file(ledger::intake::InputFile& file,
                                               EventSigners signers) {
  auto copy = projections::EventCopy::make();
  if (!copy) return copy.error();
  FileCheck check(std::move(signers), std::move(*copy));
  server::FrameReader frames;
  std::string piece(event_piece_bytes, '\0');
  for (;;) {
    const auto count = file.read(piece);
    if (!count) return Parsed<CheckedEvents>(count.error());
    if (*count == 0) break;
    frames.take(std::string_view(piece).substr(0, *count));
    auto told = take_frames(frames, check);
    if (!told) return told.error();
    if (*told) return Parsed<CheckedEvents>(std::move(**told));
  }
  if (!frames.is_between_frames()) return Parsed<CheckedEvents>(cut_off());
  return check.finish();
}

}  // namespace kinledger::tools

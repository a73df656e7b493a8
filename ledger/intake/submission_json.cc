#include "ledger/intake/submission_json.h"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "ledger/intake/advice.h"
#include "ledger/intake/event_reader_json.h"
#include "ledger/intake/fields.h"
#include "ledger/intake/json_parts.h"
#include "ledger/json.h"
#include "ledger/result.h"
#include "ledger/text.h"

namespace kinledger::ledger::intake {
namespace {

namespace json = boost::json;

/// Bytes read from a file of lines at a time.
constexpr std::size_t line_step_bytes = std::size_t{1} << 18;
constexpr std::size_t source_name_characters_max = 200;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

Reason key_too_long() {
  const std::string limit = std::to_string(submission_key_characters_max);
  return {"KEY_TOO_LONG", "申报键超过 " + limit + " 个字符的上限。请缩短。",
          "The key is longer than the limit of " + limit + " characters. Shorten it."};
}

Reason key_empty() {
  return {"KEY_EMPTY", "申报键为空。请为每次申报取一个唯一的键，重复提交时使用同一个键。",
          "The key is empty. Give each submission a unique one; use the same when it is handed in "
          "again."};
}

Reason events_empty() {
  return {"EVENTS_EMPTY", "申报中没有事件。请至少填写一个。",
          "The submission has no events. Put in at least one."};
}

Reason events_too_many() {
  return {"EVENTS_TOO_MANY", "申报中的事件超过 100,000 个的上限。请拆分成几次申报。",
          "The submission has more than the limit of 100,000 events. Split it into several."};
}

Reason line_too_long() {
  return {"LINE_TOO_LONG", "本行超过 64 MiB 的上限。请把申报拆分成几行。",
          "This line is longer than the limit of 64 MiB. Split the submission into several."};
}

/// Reads the members of one submission. Not reused.
class SubmissionReader {
 public:
  SubmissionReader(const JsonOptions& options, std::uint32_t row, RefusalList& refusals)
      : options_(options), row_(row), refusals_(refusals) {}

  Submission read(const json::value& document) {
    const auto* object = document.if_object();
    if (object == nullptr) {
      refuse("", wrong_json_type("申报对象 {\"key\": …, \"events\": […]}",
                                 "a submission: {\"key\": …, \"events\": […]}"));
      return {};
    }
    static constexpr std::array<std::string_view, 6> members{
        "key", "submitter", "source", "jurisdiction", "registersPersons", "events"};
    for (const auto& member : *object) {
      if (refusals_.is_full()) return {};
      const std::string_view name = name_of(member);
      if (std::ranges::find(members, name) == members.end()) {
        refuse(shown_name(name), unknown_member(name, members));
      }
    }
    read_key(*object);
    read_submitter(*object);
    read_jurisdiction(*object);
    read_events(*object);
    read_source(*object);
    if (const auto* registers = object->if_contains("registersPersons")) {
      if (!registers->is_bool()) {
        refuse("registersPersons", wrong_json_type("true 或 false", "true or false"));
      } else {
        submission_.registers_persons = registers->get_bool();
      }
    }
    return std::move(submission_);
  }

 private:
  void refuse(std::string path, Reason reason) {
    refusals_.add({row_, std::move(path), std::move(reason)});
  }

  void read_key(const json::object& object) {
    const auto* member = object.if_contains("key");
    if (member == nullptr) return refuse("key", missing_member("key"));
    const auto* text = member->if_string();
    if (text == nullptr) return refuse("key", wrong_json_type("字符串", "a string"));
    auto key = accept_text(view(*text), submission_key_characters_max);
    if (key.has_error()) {
      return refuse("key", key.error().code == "TEXT_TOO_LONG" ? key_too_long() : key.error());
    }
    if (key->empty()) return refuse("key", key_empty());
    if (auto fault = fault_of_key(*key)) return refuse("key", *std::move(fault));
    submission_.key = std::move(*key);
  }

  void read_submitter(const json::object& object) {
    const auto* member = object.if_contains("submitter");
    if (member == nullptr) return;
    const auto* text = member->if_string();
    if (text == nullptr || !from_hex(view(*text), submission_.actor.bytes)) {
      refuse("submitter", not_hexadecimal(2 * submission_.actor.bytes.size()));
    }
  }

  void read_jurisdiction(const json::object& object) {
    const auto* member = object.if_contains("jurisdiction");
    if (member == nullptr) return;
    const auto* text = member->if_string();
    if (text == nullptr) {
      return refuse("jurisdiction",
                    wrong_json_type("六位行政区划代码字符串，例如 \"330100\"",
                                    "six digits of a division as a string: \"330100\""));
    }
    const auto area = parse_area(view(*text));
    if (!area) return refuse("jurisdiction", area.error());
    submission_.jurisdiction = *area;
  }

  void read_source(const json::object& object) {
    const auto* member = object.if_contains("source");
    if (member == nullptr) return;
    const auto* source = member->if_object();
    if (source == nullptr) {
      return refuse("source", wrong_json_type("{\"name\": …, \"sha256\": …}",
                                              "{\"name\": …, \"sha256\": …}"));
    }
    static constexpr std::array<std::string_view, 2> members{"name", "sha256"};
    for (const auto& part : *source) {
      if (refusals_.is_full()) return;
      const std::string_view name = name_of(part);
      if (std::ranges::find(members, name) == members.end()) {
        refuse("source." + shown_name(name), unknown_member(name, members));
      }
    }
    Source& read = submission_.source.emplace();
    read.format = "json";
    read.rows = submission_.events.size();
    read_source_name(*source, read);
    read_source_digest(*source, read);
  }

  void read_source_name(const json::object& source, Source& read) {
    const auto* member = source.if_contains("name");
    if (member == nullptr) return refuse("source.name", missing_member("name"));
    const auto* text = member->if_string();
    if (text == nullptr) return refuse("source.name", wrong_json_type("字符串", "a string"));
    auto name = accept_text(view(*text), source_name_characters_max);
    if (name.has_error()) return refuse("source.name", name.error());
    read.name = std::move(*name);
  }

  void read_source_digest(const json::object& source, Source& read) {
    const auto* member = source.if_contains("sha256");
    if (member == nullptr) return refuse("source.sha256", missing_member("sha256"));
    const auto* text = member->if_string();
    Hash plain;
    if (text == nullptr || !from_hex(view(*text), plain.bytes)) {
      return refuse("source.sha256", not_hexadecimal(2 * plain.bytes.size()));
    }
    read.digest = options_.digest(plain.bytes);
  }

  void read_events(const json::object& object) {
    const auto* member = object.if_contains("events");
    if (member == nullptr) return refuse("events", missing_member("events"));
    const auto* events = member->if_array();
    if (events == nullptr) {
      return refuse("events", wrong_json_type("事件的数组", "an array of events"));
    }
    if (events->empty()) return refuse("events", events_empty());
    if (events->size() > submission_events_max) return refuse("events", events_too_many());
    submission_.events.reserve(events->size());
    for (std::size_t i = 0; i < events->size() && !refusals_.is_full(); ++i) {
      read_one((*events)[i], i);
    }
  }

  void read_one(const json::value& value, std::size_t index) {
    const auto path = [index] { return "events[" + std::to_string(index) + "]"; };
    const auto* object = value.if_object();
    if (object == nullptr) {
      return refuse(path(), wrong_json_type("事件对象 {\"type\": …}", "an event: {\"type\": …}"));
    }
    SubmittedEvent& event = submission_.events.emplace_back();
    event.draft.envelope.source_row = row_;
    faults_.clear();
    read_event(*object, options_.today, event, faults_);
    for (FieldFault& fault : faults_) {
      if (refusals_.is_full()) return;
      refuse(path() + "." + fault.field, std::move(fault.reason));
    }
  }

  const JsonOptions& options_;
  std::uint32_t row_;
  RefusalList& refusals_;
  Submission submission_;
  std::vector<FieldFault> faults_;
};

}  // namespace

std::optional<Reason> fault_of_key(std::string_view key) {
  constexpr std::array<std::string_view, 4> ours{"subject map/", "pack/", "access/", "log key/"};
  const auto prefix = std::ranges::find_if(ours, [&](auto each) { return key.starts_with(each); });
  if (prefix == ours.end()) return std::nullopt;
  const std::string begins(*prefix);
  return Reason("KEY_RESERVED", "以 " + begins + " 开头的申报键由程序自用。请换一个键。",
                "Keys that begin with \"" + begins + "\" are the program's own. Use another one.");
}

ParsedSubmission parse_submission(std::string_view text, const JsonOptions& options,
                                  std::uint32_t row) {
  ParsedSubmission parsed;
  const auto document = parse_json(text, submission_bytes_max, submission_values_max);
  if (document.has_error()) {
    parsed.refusals.add({row, "", document.error()});
    return parsed;
  }
  Submission submission = SubmissionReader(options, row, parsed.refusals).read(*document);
  if (parsed.refusals.empty()) parsed.submission = std::move(submission);
  return parsed;
}

Parsed<std::unique_ptr<SubmissionLines>> SubmissionLines::open(const std::filesystem::path& path,
                                                               JsonOptions options) {
  auto file = InputFile::open(path);
  if (file.has_error()) return file.error();
  return std::unique_ptr<SubmissionLines>(
      new SubmissionLines(std::move(*file), std::move(options)));
}

Parsed<bool> SubmissionLines::next(ParsedSubmission& parsed) {
  for (;;) {
    std::string_view line;
    auto more = next_line(line);
    if (more.has_error() || !*more) return more;
    if (line_ == 1 && line.starts_with(byte_order_mark)) {
      line.remove_prefix(byte_order_mark.size());
    }
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    parsed = parse_submission(line, options_, line_);
    return true;
  }
}

/// The line stays valid until the next call.
Parsed<bool> SubmissionLines::next_line(std::string_view& line) {
  std::size_t searched = read_;
  for (;;) {
    const std::size_t end = buffer_.find('\n', searched);
    if (end != std::string::npos || (all_read_ && read_ < buffer_.size())) {
      const std::size_t stop = std::min(end, buffer_.size());
      line = std::string_view(buffer_).substr(read_, stop - read_);
      read_ = std::min(stop + 1, buffer_.size());
      invariant(line_ < std::numeric_limits<std::uint32_t>::max());
      ++line_;
      if (line.size() > submission_bytes_max) return line_too_long();
      return true;
    }
    if (all_read_) return false;
    buffer_.erase(0, read_);
    read_ = 0;
    if (buffer_.size() > submission_bytes_max) return ++line_, line_too_long();
    searched = buffer_.size();
    buffer_.resize(searched + line_step_bytes);
    const auto got = file_->read({buffer_.data() + searched, line_step_bytes});
    if (got.has_error()) return got.error();
    buffer_.resize(searched + *got);
    all_read_ = *got < line_step_bytes;
  }
}

}  // namespace kinledger::ledger::intake

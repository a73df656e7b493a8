#include "server/stream_writer.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "ledger/intake/event_json.h"
#include "server/event_frames.h"
#include "server/media_types.h"

namespace kinledger::server {
namespace {

namespace json = boost::json;
using ledger::ByteView;
using ledger::EventView;
using ledger::Hash;
using ledger::Result;
using ledger::Sequence;
using ledger::TreeHead;
using ledger::TreeSize;

class FrameWriter final : public StreamWriter {
 public:
  void start(TreeSize size, std::span<const Hash> edge) override { append_start(out_, size, edge); }
  Result<void> event(Sequence, ByteView bytes) override {
    append_event(out_, bytes);
    return {};
  }
  void left_out(Sequence, std::span<const Hash> leaves) override {
    for (; leaves.size() > left_out_max; leaves = leaves.subspan(left_out_max))
      append_left_out(out_, leaves.first(left_out_max));
    append_left_out(out_, leaves);
  }
  void batch_end(const TreeHead& head) override { append_batch_end(out_, head); }
  void signed_batch(TreeSize, TreeSize old, std::span<const Hash> proof,
                    std::string_view note) override {
    append_signed_batch(out_, old, proof, note);
  }
  void end(std::string_view why) override { append_stream_end(out_, why); }
};

json::array hex_of(std::span<const Hash> hashes) {
  json::array list;
  for (const auto& hash : hashes) list.emplace_back(ledger::to_text(hash));
  return list;
}

/// Each line an object with one member, which says what it is.
class JsonWriter : public StreamWriter {
 public:
  void start(TreeSize size, std::span<const Hash> edge) override {
    write("start", size, {{"treeSize", size.value}, {"edge", hex_of(edge)}});
  }
  Result<void> event(Sequence sequence, ByteView bytes) override {
    const auto event = EventView::read(bytes);
    if (!event) return event.error();
    auto object = ledger::intake::event_to_json(*event, sequence);
    object["leafHash"] = ledger::to_text(ledger::leaf_hash(bytes));
    write("event", TreeSize{sequence.value + 1}, std::move(object));
    return {};
  }
  void left_out(Sequence first, std::span<const Hash> leaves) override {
    write("leftOut", TreeSize{first.value + leaves.size()},
          {{"first", first.value}, {"leafHashes", hex_of(leaves)}});
  }
  void batch_end(const TreeHead& head) override {
    write("batch", head.size,
          {{"treeSize", head.size.value}, {"root", ledger::to_text(head.root)}});
  }
  void signed_batch(TreeSize size, TreeSize old, std::span<const Hash> proof,
                    std::string_view note) override {
    write("signed", size, {{"old", old.value}, {"proof", hex_of(proof)}, {"checkpoint", note}});
  }
  void end(std::string_view why) override { write("end", std::nullopt, {{"why", why}}); }

 protected:
  /// `next`: the size from which the stream goes on behind it.
  virtual void write(std::string_view kind, std::optional<TreeSize> next, json::object object) {
    (void)next;
    out_ += json::serialize(json::object{{kind, std::move(object)}}) + "\n";
  }
};

/// The browser sends the last id back when it connects again.
class SentEventWriter final : public JsonWriter {
  void write(std::string_view kind, std::optional<TreeSize> next, json::object object) override {
    out_ += "event: " + std::string(kind) + "\n";
    if (next) out_ += "id: " + std::to_string(next->value) + "\n";
    out_ += "data: " + json::serialize(object) + "\n\n";
  }
};

}  // namespace

std::string_view media_type_of(StreamForm form) {
  switch (form) {
    case StreamForm::frames:
      return event_stream_type;
    case StreamForm::server_sent_events:
      return "text/event-stream";
    case StreamForm::lines:
      break;
  }
  return lines_type;
}

std::unique_ptr<StreamWriter> make_stream_writer(StreamForm form) {
  switch (form) {
    case StreamForm::frames:
      return std::make_unique<FrameWriter>();
    case StreamForm::server_sent_events:
      return std::make_unique<SentEventWriter>();
    case StreamForm::lines:
      break;
  }
  return std::make_unique<JsonWriter>();
}

}  // namespace kinledger::server

#include "server/event_follower.h"

#include <algorithm>
#include <utility>

#include "ledger/event.h"

namespace kinledger::server {
namespace {

using ledger::Hash;
using ledger::Reason;
using ledger::Sequence;
using ledger::TreeEdge;
using ledger::TreeHead;
using ledger::TreeSize;

std::string in_words(TreeSize size) { return std::to_string(size.value); }

Contradiction shrank(TreeSize said, TreeSize known) {
  return {{said.value},
          Reason("LOG_SHRANK",
                 "服务器的日志只有 " + in_words(said) + " 条记录，此前已有 " + in_words(known) +
                     " 条：其后的记录丢失或被删除",
                 "the server's log has " + in_words(said) + " events, but there were " +
                     in_words(known) + ": what comes behind was lost or taken away")};
}

/// The first event of the first subtree, from the left, that is another one. Precondition: edges of
/// one size that differ.
Sequence first_difference(TreeSize size, std::span<const Hash> edge, std::span<const Hash> other) {
  std::uint64_t begin = 0;
  std::size_t hash = 0;
  for (unsigned level = 63; level > 0; --level) {
    const auto width = std::uint64_t{1} << (level - 1);
    if ((size.value & width) == 0) continue;
    if (edge[hash] != other[hash]) break;
    ++hash;
    begin += width;
  }
  return {begin};
}

}  // namespace

EventFollower::EventFollower(FollowOptions options)
    : options_(std::move(options)), edge_(TreeEdge()), signed_{{}, ledger::empty_root()} {
  invariant(!options_.keys.empty(), "a key to check with");
}

EventFollower::EventFollower(FollowOptions options, FollowedLog log)
    : EventFollower(std::move(options)) {
  size_ = batch_ = log.edge.size();
  signed_ = {size_, log.edge.root()};
  edge_ = log.edge;
  recorded_at_ = log.recorded_at;
  log_ = std::move(log);
}

EventFollower::EventFollower(FollowOptions options, TreeSize from)
    : EventFollower(std::move(options)) {
  if (from.value == 0) return;
  size_ = batch_ = from;
  signed_ = {from, std::nullopt};
  edge_.reset();
}

EventFollower::EventFollower(FollowOptions options, const TreeHead& from)
    : EventFollower(std::move(options), from.size) {
  if (from.size.value > 0) signed_.root = from.root;
}

std::optional<Contradiction> EventFollower::take(const Frame& frame) {
  if (contradiction_) return contradiction_;
  contradiction_ = std::visit([this](const auto& any) { return follow(any); }, frame);
  is_batch_end_ = !contradiction_ && std::holds_alternative<BatchEnd>(frame);
  return contradiction_;
}

Contradiction EventFollower::take_malformed(const std::string& what) {
  if (!contradiction_)
    contradiction_ = {{size_.value},
                      Reason("STREAM_MALFORMED", "服务器发来的不是记录流：" + what, what)};
  return *contradiction_;
}

std::optional<Contradiction> EventFollower::follow(const StreamStart& start) {
  if (start.size < size_) return shrank(start.size, size_);
  if (start.size > size_)
    return Contradiction{
        {size_.value},
        Reason("STREAM_GAP",
               "要求从序号 " + in_words(size_) + " 开始，服务器从 " + in_words(start.size) +
                   " 开始：中间的记录缺失",
               "the stream was asked for from event " + in_words(size_) + " on and begins at " +
                   in_words(start.size) + ": the events between are missing")};
  batch_ = size_;
  if (edge_) {
    const auto known = edge_->hashes();
    if (known == start.edge) return std::nullopt;
    return Contradiction{
        known.size() == start.edge.size() ? first_difference(size_, known, start.edge) : Sequence{},
        Reason("LOG_FORKED", "服务器的前 " + in_words(size_) + " 条记录与此前看到的不同",
               "the first " + in_words(size_) + " events of the server are not those seen before")};
  }
  edge_ = edge_of(start.size, start.edge);
  if (!edge_)
    return take_malformed("the start of the stream has another number of hashes than its size");
  if (signed_.root && edge_->root() != *signed_.root)
    return Contradiction{
        {0},
        Reason("LOG_FORKED", "服务器的前 " + in_words(size_) + " 条记录与所信任的检查点不符",
               "the first " + in_words(size_) +
                   " events of the server are not those of the trusted checkpoint")};
  return std::nullopt;
}

std::optional<Contradiction> EventFollower::append(const std::vector<Hash>& leaves) {
  if (!edge_) return take_malformed("the stream does not begin with a start");
  if (leaves.size() > ledger::tree_size_max - size_.value)
    return take_malformed("more events than a tree can hold");
  edge_->append(leaves);
  size_ = edge_->size();
  return std::nullopt;
}

std::optional<Contradiction> EventFollower::follow(const StreamedEvent& event) {
  const Sequence sequence{size_.value};
  const auto malformed = [sequence](const std::string& what) {
    return Contradiction{sequence, Reason("EVENT_MALFORMED", "这不是一条记录：" + what,
                                          "this is no event: " + what)};
  };
  if (const auto canonical = ledger::check_canonical(event.bytes); !canonical)
    return malformed(canonical.error().what);
  const auto view = ledger::EventView::read(event.bytes);
  if (!view) return malformed(view.error().what);
  const auto recorded_at = view->envelope().recorded_at;
  if (recorded_at < recorded_at_)
    return Contradiction{
        sequence, Reason("EVENT_TIME",
                         "登记时间 " + ledger::to_text(recorded_at) + " 早于前一条的 " +
                             ledger::to_text(recorded_at_),
                         "it was recorded at " + ledger::to_text(recorded_at) +
                             ", before the one before it, " + ledger::to_text(recorded_at_))};
  recorded_at_ = recorded_at;
  return append({ledger::leaf_hash(event.bytes)});
}

std::optional<Contradiction> EventFollower::follow(const LeftOut& left_out) {
  return append(left_out.leaves);
}

std::optional<Contradiction> EventFollower::follow(const BatchEnd& batch) {
  if (!edge_) return take_malformed("the stream does not begin with a start");
  if (batch.head.size < batch_) return shrank(batch.head.size, batch_);
  if (batch.head.size != size_)
    return Contradiction{{batch_.value},
                         Reason("BATCH_SIZE",
                                "服务器称至此有 " + in_words(batch.head.size) +
                                    " 条记录，收到的是 " + in_words(size_) + " 条：有遗漏或重复",
                                "the server says that there are " + in_words(batch.head.size) +
                                    " events up to here, but " + in_words(size_) +
                                    " came: some were left out or repeated")};
  if (batch.head.root != edge_->root())
    return Contradiction{
        {batch_.value},
        Reason("BATCH_ROOT",
               "从该记录起到第 " + in_words(size_) + " 条，内容或次序与服务器所称的根不符",
               "from this event up to size " + in_words(size_) +
                   " the content or the order is not that of the root which the server states")};
  batch_ = size_;
  return std::nullopt;
}

/// Whatever is wrong with a checkpoint, what the last good one covers stands.
std::optional<Contradiction> EventFollower::judge(const SignedBatch& batch,
                                                  const TreeHead& head) const {
  const auto fault = [this](std::string code, std::string zh, std::string en) {
    return Contradiction{{signed_.size.value},
                         Reason(std::move(code), std::move(zh), std::move(en))};
  };
  const auto note = ledger::read_note(batch.note);
  const auto checkpoint = note ? ledger::read_checkpoint(note->text) : std::nullopt;
  if (!checkpoint)
    return fault("CHECKPOINT_FORMAT", "服务器发来的不是检查点",
                 "what the server gives as a checkpoint is none");
  for (const auto& key : options_.keys)
    if (name_of(key) != checkpoint->origin || !is_signed_by(*note, key))
      return fault("CHECKPOINT_NOT_SIGNED", "检查点没有 " + name_of(key) + " 的公钥的有效签名",
                   "the checkpoint has no valid signature of the key of " + name_of(key));
  if (checkpoint->head.size != head.size)
    return fault(
        "CHECKPOINT_SIZE",
        "检查点有 " + in_words(checkpoint->head.size) + " 条记录，应为 " + in_words(head.size) +
            " 条" + (checkpoint->head.size < head.size ? "：检查点是旧的" : ""),
        "the checkpoint is of " + in_words(checkpoint->head.size) + " events, not of " +
            in_words(head.size) + (checkpoint->head.size < head.size ? ": an old one" : ""));
  if (checkpoint->head.root != head.root) {
    auto forked = fault("LOG_FORKED", "账本为 " + in_words(head.size) + " 条记录签署的是另一段历史",
                        "the log signed another history of " + in_words(head.size) +
                            " events than the one that was followed");
    forked.checkpoint = batch.note;
    return forked;
  }
  // The tree was computed from the last signed one, which proves as much; a wrong proof tells that
  // the server itself holds another history.
  if (batch.old == signed_.size && signed_.root && batch.old.value > 0 &&
      !ledger::verify_consistency({signed_.size, *signed_.root}, head, batch.proof))
    return fault("CHECKPOINT_NOT_CONTINUED",
                 "一致性证明不能证明检查点延续 " + in_words(batch.old) + " 条记录的检查点",
                 "the consistency proof does not show that the checkpoint continues the one of " +
                     in_words(batch.old) + " events");
  if (batch.old > head.size)
    return fault("CHECKPOINT_NOT_CONTINUED", "一致性证明从更大的日志开始",
                 "the consistency proof begins with a larger log");
  return std::nullopt;
}

std::optional<Contradiction> EventFollower::follow(const SignedBatch& batch) {
  if (!is_batch_end_)
    return Contradiction{{size_.value},
                         Reason("CHECKPOINT_UNASKED", "检查点之前不是一批记录的结尾",
                                "a checkpoint is not behind the end of a batch")};
  const TreeHead head{size_, edge_->root()};
  if (auto wrong = judge(batch, head)) return wrong;
  lacking_.reset();
  if (options_.policy) {
    const auto quorum =
        options_.policy->quorum(ledger::read_note(batch.note).value(), options_.window());
    if (!quorum.is_reached()) lacking_ = quorum;
  }
  if (!lacking_) adopt(batch, head);
  return std::nullopt;
}

void EventFollower::adopt(const SignedBatch& batch, const TreeHead& head) {
  signed_ = {head.size, head.root};
  log_ = FollowedLog{*edge_, recorded_at_, batch.note};
}

}  // namespace kinledger::server

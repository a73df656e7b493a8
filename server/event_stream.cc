#include "server/event_stream.h"

#include <algorithm>

#include "ledger/catalogue.h"

namespace kinledger::server {
namespace {

using ledger::EventView;
using ledger::Page;
using ledger::Result;
using ledger::Sequence;
using ledger::TreeSize;

/// A signature costs two writes to disk, so that live streams do not ask for one at every event.
constexpr std::chrono::seconds between_signatures{1};
/// After so long without anything else the end of the last batch is told again, so that the other
/// side knows that the stream is alive.
constexpr std::chrono::seconds between_signs_of_life{20};
/// Events looked at for one piece, however few of them the filter lets through.
constexpr std::uint64_t piece_events_max = 16'384;

bool names(const EventView& event, const ledger::PersonId& person) {
  const auto persons = event.persons();
  if (std::ranges::find(persons, person) != persons.end()) return true;
  if (!event.has_correction()) return false;
  const auto former = event.correction()->former_persons;
  return std::ranges::find(former, person) != former.end();
}

}  // namespace

bool EventFilter::lets_through(const EventView& event) const {
  if (!types.empty() && std::ranges::find(types, event.type()) == types.end()) return false;
  if (person && !names(event, *person)) return false;
  if (!scope.is_everything() && !scope.covers(event)) return false;
  return !is_visible || is_visible(event);
}

EventStream::EventStream(ledger::Ledger& ledger_is, BatchEnds& ends, EventStreamOptions options,
                         std::unique_ptr<StreamWriter> writer)
    : ledger_(ledger_is),
      ends_(ends),
      options_(std::move(options)),
      writer_(std::move(writer)),
      at_(options_.from),
      signed_at_(Clock::now() - between_signatures),
      told_at_(Clock::now()) {}

Result<std::optional<std::string>> EventStream::next() {
  if (has_ended_) return std::optional<std::string>();
  if (!has_started_)
    if (const auto started = write_start(); !started) return started.error();
  const auto until = end_ ? end_->head.size : ledger_.durable().size;
  const bool has_more = at_ < until;
  if (has_more)
    if (const auto written = write_events(until); !written) return written.error();
  const bool is_caught_up = at_ == until;
  const bool is_unsigned = !signed_ || *signed_ < at_;
  const auto now = Clock::now();
  const bool signs =
      is_caught_up && is_unsigned && (now - signed_at_ >= between_signatures || !options_.follows);
  if (has_more || signs || now - told_at_ >= between_signs_of_life) {
    if (const auto ended = end_batch(signs); !ended) return ended.error();
    told_at_ = now;
  }
  if (is_caught_up && !options_.follows) {
    writer_->end("complete");
    has_ended_ = true;
  }
  return std::optional(writer_->take());
}

std::string EventStream::last(std::string_view why) {
  if (has_ended_) return {};
  has_ended_ = true;
  writer_->end(why);
  return writer_->take();
}

Result<void> EventStream::write_start() {
  const auto& journal = ledger_.journal();
  const auto edge = ledger::TreeEdge::at(
      at_, [&](ledger::Subtree subtree) { return journal.subtree_hash(subtree); });
  if (!edge) return edge.error();
  writer_->start(at_, edge->hashes());
  has_started_ = true;
  if (!options_.follows) fix_end();
  return {};
}

/// The end is signed before it is reached, for whatever is recorded meanwhile.
void EventStream::fix_end() {
  auto now = ledger_.checkpoint();
  end_ = now ? std::move(*now) : ledger::SignedHead{ledger_.durable(), {}};
}

Result<void> EventStream::write_events(TreeSize goal) {
  const TreeSize until{std::min(goal.value, at_.value + piece_events_max)};
  Result<void> written;
  auto read = ledger_.journal().read({at_.value}, until, [&](Sequence first, const Page& page) {
    written = write_page(first, page, until);
    return written.has_value() && writer_->bytes() < stream_piece_bytes;
  });
  if (!written) return written;
  return read;
}

Result<void> EventStream::write_page(Sequence first, const Page& page, TreeSize until) {
  const auto begin = at_.value, end = std::min(first.value + page.count(), until.value);
  if (options_.filter.lets_everything_through()) {
    for (auto at = begin; at < end; ++at)
      if (auto written = writer_->event({at}, page.event(at - first.value)); !written)
        return written;
    at_ = {end};
    return {};
  }
  const auto leaves = ledger_.journal().leaf_hashes({begin}, end - begin);
  if (!leaves) return leaves.error();
  auto left_out_from = begin;
  const auto write_left_out = [&](std::uint64_t until_here) {
    if (left_out_from < until_here)
      writer_->left_out({left_out_from}, std::span(*leaves).subspan(left_out_from - begin,
                                                                    until_here - left_out_from));
  };
  for (auto at = begin; at < end; ++at) {
    const auto bytes = page.event(at - first.value);
    const auto event = EventView::read(bytes);
    if (!event) return event.error();
    if (!options_.filter.lets_through(*event)) continue;
    write_left_out(at);
    left_out_from = at + 1;
    if (auto written = writer_->event({at}, bytes); !written) return written;
  }
  write_left_out(end);
  at_ = {end};
  return {};
}

Result<void> EventStream::end_batch(bool is_to_be_signed) {
  const auto root = ledger_.journal().root(at_);
  if (!root) return root.error();
  writer_->batch_end({at_, *root});
  return is_to_be_signed ? sign_batch() : Result<void>();
}

/// A ledger that cannot sign still streams; whoever follows sees that nothing is signed any more.
Result<void> EventStream::sign_batch() {
  signed_at_ = Clock::now();
  const auto checkpoint = end_ ? end_ : ends_.checkpoint(at_);
  // Something was recorded meanwhile, and the next batch has it; or nothing is signed.
  if (!checkpoint || checkpoint->note.empty()) return {};
  const auto old = signed_.value_or(options_.from);
  const auto proof = ends_.growth(old, at_);
  if (!proof) return proof.error();
  writer_->signed_batch(at_, old, **proof, checkpoint->note);
  signed_ = at_;
  return {};
}

}  // namespace kinledger::server

#include "projections/event_copy.h"

namespace kinledger::projections {
namespace {

using ledger::Result;

/// Of one commit: few enough to hold, enough for their sync not to count.
constexpr std::size_t commit_bytes = std::size_t{8} << 20;

}  // namespace

EventCopy::EventCopy(ledger::TemporaryDirectory directory, std::unique_ptr<ledger::Journal> journal,
                     ledger::TreeEdge edge)
    : directory_(std::move(directory)), journal_(std::move(journal)), edge_(edge) {}

EventCopy::~EventCopy() = default;

Result<std::unique_ptr<EventCopy>> EventCopy::make() {
  auto directory = ledger::TemporaryDirectory::make("kinledger-copy");
  if (!directory) return directory.error();
  auto journal = ledger::Journal::create(directory->path() / "journal");
  if (!journal) return journal.error();
  auto edge = (*journal)->edge();
  if (!edge) return edge.error();
  return std::unique_ptr<EventCopy>(
      new EventCopy(std::move(*directory), std::move(*journal), *edge));
}

Result<void> EventCopy::add(ledger::ByteView event) {
  invariant(views_ == nullptr, "a copy is made before it is asked");
  if (!commit_) commit_ = std::make_unique<ledger::Commit>(edge_);
  commit_->add_event(event);
  return commit_->bytes() < commit_bytes ? Result<void>() : write();
}

Result<void> EventCopy::write() {
  commit_->finish();
  auto written = journal_->append_if_tail(*commit_);
  commit_.reset();
  return written;
}

Result<Views*> EventCopy::views(std::string origin) {
  if (commit_)
    if (const auto written = write(); !written) return written.error();
  if (!views_) {
    auto projector = Projector::open(directory_.path() / "projections", *journal_);
    if (!projector) return projector.error();
    projector_ = std::move(*projector);
    views_ = std::make_unique<Views>(*journal_, *projector_, std::move(origin));
  }
  return views_.get();
}

}  // namespace kinledger::projections

#include "projections/history.h"

#include <algorithm>
#include <optional>
#include <string>
#include <variant>

#include "ledger/intake/event_json.h"
#include "ledger/merkle.h"
#include "projections/projector.h"

namespace kinledger::projections {
namespace {

using ledger::Error;
using ledger::EventView;
using ledger::Field;
using ledger::Result;
using ledger::Sequence;
using ledger::TreeSize;

/// Makes the entries, in ascending order of their sequences.
class HistoryReader {
 public:
  HistoryReader(const ledger::Journal& journal, TreeSize known)
      : journal_(journal), known_(known) {}

  Result<HistoryEntry> read(const EventView& event, Sequence sequence) {
    HistoryEntry entry{sequence, ledger::intake::event_to_json(event, sequence),
                       &ledger::type_info(event.type())};
    const auto replaced = journal_.replaced_by(sequence);
    if (!replaced) return replaced.error();
    entry.json["replacedBy"] = nullptr;
    // A correction that the basis does not know has not happened yet.
    if (*replaced && (*replaced)->value < known_.value)
      entry.json["replacedBy"] = (*replaced)->value;
    entry.json["leafHash"] = ledger::to_text(ledger::leaf_hash(event.bytes()));
    const auto source = source_of(event, sequence);
    if (!source) return source.error();
    entry.json["sourceDigest"] =
        source->empty() ? boost::json::value(nullptr) : boost::json::value(*source);
    return entry;
  }

 private:
  /// The digest of the file that the event's submission came from; empty without one. The first
  /// event behind the registrations of such a submission states it.
  Result<std::string> source_of(const EventView& event, Sequence sequence) {
    const Sequence first{sequence.value - event.envelope().ordinal};
    if (source_of_ == first) return source_;
    // What the basis does not know has not been received yet.
    const auto end = std::min(first.value + event.envelope().count, known_.value);
    source_of_ = first;
    source_.clear();
    std::optional<Error> fault;
    const auto read = journal_.read(first, {end}, [&](Sequence at, const ledger::Page& page) {
      for (std::size_t i = 0; i < page.count(); ++i) {
        if (at.value + i < first.value) continue;
        if (at.value + i >= end) return false;
        const auto source = EventView::read(page.event(i));
        if (!source)
          fault = source.error();
        else if (source->type() == ledger::EventType::person_registered)
          continue;
        else if (source->type() == ledger::EventType::source_received)
          source_ = ledger::to_hex(ledger::as_bytes(source->text(Field::digest)));
        return false;
      }
      return true;
    });
    if (fault) return *fault;
    if (!read) return read.error();
    return source_;
  }

  const ledger::Journal& journal_;
  const TreeSize known_;
  std::optional<Sequence> source_of_;
  std::string source_;
};

}  // namespace

Result<void> read_history(Archive& archive, const SubjectId& subject, TreeSize known, Sequence from,
                          const std::function<bool(const HistoryEntry&)>& show) {
  if (const auto reached = archive.reach(known); !reached) return reached.error();
  const auto of = std::visit([](const auto& id) { return Subject::of(id); }, subject);
  Projector::Events events;
  for (const auto aspect : {Aspect::subject_itself, Aspect::names_persons}) {
    auto more = archive.projector().events({of, aspect}, known);
    if (!more) return more.error();
    events.merge(*more);
  }
  HistoryReader reader(archive.ledger().journal(), known);
  for (auto at = events.lower_bound(from); at != events.end(); ++at) {
    const auto& [sequence, bytes] = *at;
    const auto event = EventView::read(bytes);
    if (!event) return event.error();
    const auto entry = reader.read(*event, sequence);
    if (!entry) return entry.error();
    if (!show(*entry)) return {};
  }
  return {};
}

}  // namespace kinledger::projections

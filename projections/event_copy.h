// A copy of a log (日志副本), made of its events alone: what an auditor who was handed the events
// asks, without the ledger, its vault or its keys. Whether the events are those of a log is for
// whoever adds them to know.
#pragma once

#include <memory>

#include "ledger/journal.h"
#include "ledger/temporary_directory.h"
#include "projections/projector.h"
#include "projections/views.h"

namespace kinledger::projections {

/// Lies in a directory of its own as long as it lives. Thread rule: one thread makes it.
class EventCopy {
 public:
  static ledger::Result<std::unique_ptr<EventCopy>> make();
  ~EventCopy();

  /// The next event of the log. Precondition: views() was not called.
  ledger::Result<void> add(ledger::ByteView event);
  /// What is known at each size up to the events added. `origin` is that of the log.
  ledger::Result<Views*> views(std::string origin);

 private:
  EventCopy(ledger::TemporaryDirectory directory, std::unique_ptr<ledger::Journal> journal,
            ledger::TreeEdge edge);
  ledger::Result<void> write();

  ledger::TemporaryDirectory directory_;
  std::unique_ptr<ledger::Journal> journal_;
  ledger::TreeEdge edge_;
  std::unique_ptr<ledger::Commit> commit_;
  std::unique_ptr<Projector> projector_;
  std::unique_ptr<Views> views_;
};

}  // namespace kinledger::projections

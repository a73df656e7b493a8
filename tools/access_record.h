// What the commands that tell about persons leave in the access journal, before they tell it.
#pragma once

#include <optional>
#include <span>

#include "projections/naming.h"
#include "projections/questions.h"
#include "server/access_log.h"
#include "tools/command.h"
#include "tools/open_ledger.h"

namespace kinledger::tools {

/// The access journal of an open ledger.
Told<std::unique_ptr<server::AccessLog>> open_access_log(const OpenLedger& opened,
                                                         Terminal& terminal);

/// That a command asks it, and which user of the operating system runs that.
server::Access by_command(server::Access access);

/// Durable when it returns nothing; else with what the command has to end.
std::optional<Exit> record_access(const OpenLedger& opened, server::Access access,
                                  Terminal& terminal);
std::optional<Exit> record_access(server::AccessLog& log, server::Access access,
                                  Terminal& terminal);

/// A record as `of` for each of the persons, all of them durable when it returns nothing; else with
/// what the command has to end. Those that wait at the same moment share a commit.
std::optional<Exit> record_access_to_each(const OpenLedger& opened, const server::Access& of,
                                          std::span<const ledger::PersonId> persons,
                                          Terminal& terminal);

/// A question at its basis.
server::Access access_of(std::string_view question, const projections::Arguments& arguments,
                         ledger::TreeSize known);
server::Access access_of(std::string_view operation, const projections::SubjectId& subject,
                         ledger::TreeSize known);

}  // namespace kinledger::tools

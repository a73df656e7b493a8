// How a subcommand tells that it did not succeed, and the exit that goes with it. All of it goes to
// standard error, in the user's language.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "ledger/refusal.h"
#include "ledger/result.h"
#include "tools/command.h"

namespace kinledger::tools {

/// Refusals printed for one document; the rest is counted. --json, --rejects and --annotate have
/// them all.
inline constexpr std::size_t refusals_printed_max = 50;

/// A fault: `invalid` and `conflict` are Exit::refused, `unavailable` and `corrupt` their own.
Exit complain(Terminal& terminal, const ledger::Error& error);
/// Input that was refused: Exit::refused.
Exit complain(Terminal& terminal, const ledger::Reason& reason);
/// A command line that makes no sense: Exit::usage.
Exit complain_of_usage(Terminal& terminal, const Label& what);

/// The refusals of a document, one line each: document:row: field: text [CODE]. `count` is of all,
/// also those that are not in `refusals`. Exit::refused.
Exit complain(Terminal& terminal, std::string_view document,
              std::span<const ledger::Refusal> refusals, std::uint64_t count);

}  // namespace kinledger::tools

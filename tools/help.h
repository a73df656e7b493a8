// The help (帮助) as text, from the descriptions of the subcommands. Its layout is what help2man
// and people expect: usage, summary, details, options, examples.
//
// Pure functions; any thread.
#pragma once

#include <span>
#include <string>

#include "tools/command.h"

namespace kinledger::tools {

/// What `kinledger access --help` prints: the commands whose first word it is. Empty: there are
/// none.
std::string group_help(std::string_view first_word, std::span<const Command> commands,
                       Language language);
/// Of the program: what it is, its subcommands, the options that all take, the exits.
std::string program_help(std::span<const Command> commands, std::span<const Parameter> globals,
                         Language language);
/// Of one subcommand.
std::string command_help(const Command& command, std::span<const Parameter> globals,
                         Language language);
/// "kinledger status [OPTION]... LEDGER PERSON"
std::string usage_line(const Command& command);
/// "--on DATE"
std::string option_form(const Parameter& parameter);
/// What the numbers of Exit mean, one label each from 0 on.
std::span<const Label> exit_meanings();

}  // namespace kinledger::tools

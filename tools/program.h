// The program (程序): from the words of a command line to one subcommand and its exit. Which
// subcommands there are is said by tools/commands.h; how options are told from other words, by the
// parser that main() hands in.
//
// LEDGER, the first word of most subcommands, may be left out where $KINLEDGER names it: the first
// word is then taken for the ledger only if it is a directory.
#pragma once

#include <boost/system/result.hpp>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tools/command.h"

namespace kinledger::tools {

/// What is left of a command line when its options have gone where they belong.
struct OtherWords {
  std::vector<std::string> positional;
  std::vector<std::string> unknown_options;
};

/// Puts the options among `words` where `parameters` say; positional parameters do not concern it.
/// The error says which option has no value or has two.
using ParseOptions = std::function<boost::system::result<OtherWords, Label>(
    std::span<const Parameter> parameters, std::span<const std::string> words)>;

/// "kinledger 0.1.0"
std::string name_and_version();

/// Also understood as -h.
inline constexpr std::string_view help_option = "--help";

/// Options that every subcommand takes.
struct GlobalOptions {
  std::string language;
  std::string log_level;
  std::string log_format;
  bool help = false;
  bool version = false;
};
std::vector<Parameter> global_parameters(GlobalOptions& options);

/// Runs the words of a command line, the program's own name left out, to the end. What it answers
/// is the exit of the subcommand unless its output could not be written.
Exit run_program(const std::vector<std::string>& words, Terminal& terminal,
                 const ParseOptions& parse);

}  // namespace kinledger::tools

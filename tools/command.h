// A subcommand (子命令) as a value: what the help, the manual and the shell completions say of it,
// where its words go, and what it does. The one description serves them all.
//
// To add one: a source tools/NAME.cc with `Command NAME_command()`, and a line in tools/commands.h
// and tools/commands.cc.
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "tools/terminal.h"

namespace kinledger::tools {

/// With what the program ends. Scripts rely on the numbers: never renumber.
enum class Exit : std::uint8_t {
  done = 0,              ///< done or answered, whatever the answer
  something_to_see = 1,  ///< scenarios that differ, imports with rejects
  usage = 2,             ///< the words of the command line make no sense
  refused = 3,           ///< input refused, or a key used for other content
  not_verified = 4,      ///< not verified, or stored bytes contradict each other
  unavailable = 5,       ///< not now: lock held, disk full
};

/// A value, or with what the program ends, the user having been told why.
template <class T>
using Told = boost::system::result<T, Exit>;

/// One positional word or option.
struct Parameter {
  enum class Offer : std::uint8_t { nothing, files, directories };

  std::string name;   ///< "PERSON", "--on"
  std::string value;  ///< "DATE": what an option takes; empty for flags and positionals
  Label says;
  /// Where it goes: a flag, one text, or a list (an option given several times, or all the words
  /// that are left). Texts and lists that are not given stay as they are.
  std::variant<bool*, std::string*, std::vector<std::string>*> into;
  bool required = false;
  /// The ledger: may be left out where $KINLEDGER names it.
  bool from_environment = false;
  /// A word: left out where this option was given, as the ledger with --url.
  const std::string* replaced_by = nullptr;
  Offer offer = Offer::nothing;           ///< what a shell may complete
  std::vector<std::string> choices = {};  ///< the only values that are allowed; empty: any

  bool is_option() const { return name.starts_with('-'); }
};

/// A word that must be there.
Parameter word(std::string name, Label says, std::string& into);
Parameter flag(std::string name, Label says, bool& into);
Parameter option(std::string name, std::string value, Label says, std::string& into);
/// The value is a file, or a file to be written.
Parameter file_option(std::string name, Label says, std::string& into);
/// --json
Parameter json_flag(bool& into);

struct Command {
  std::string name;  ///< one word, or two: "pack check"
  Label says;        ///< one line
  Label details;     ///< further paragraphs of the help; may be empty
  std::vector<std::string> examples;
  std::vector<Parameter> parameters;
  /// Called once, after the parameters have their values.
  std::function<Exit(Terminal&)> run;
};

/// Runs the words of a command line, the program's own name left out.
using Run = std::function<Exit(const std::vector<std::string>& words, Terminal&)>;

/// boost::system::result calls this when value() is asked of an exit: a bug of ours.
[[noreturn]] void throw_exception_from_error(const Exit& exit, const boost::source_location& at);

}  // namespace kinledger::tools

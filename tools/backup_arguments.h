// How subcommands name backups.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "ledger/backups.h"
#include "tools/command.h"
#include "tools/open_ledger.h"

namespace kinledger::tools {

/// In which backups are told of.
inline constexpr std::uint64_t bytes_per_megabyte = 1'000'000;

struct BackupArguments {
  std::string directory;
  std::string vault;

  ledger::BackupPlaces places() const;
};

/// Whoever holds a vault and its key reads identities: they are not put into one place.
bool is_within(const std::filesystem::path& path, const std::filesystem::path& directory);
/// Refused where the vault's part would lie inside the rest: nothing when it does not.
std::optional<Exit> refuse_vault_within(const BackupArguments& arguments,
                                        std::string_view vault_option, Terminal& terminal);

/// Refuses a place in the directory of the ledger or of its state; an empty one is none.
std::optional<Exit> refuse_within_ledger(const std::filesystem::path& place,
                                         const LedgerArguments& ledger, Terminal& terminal);

/// DIR and --vault.
Parameter backup_word(BackupArguments& arguments);
Parameter backup_vault_option(BackupArguments& arguments);

/// --keep
Parameter keep_option(std::string& keep);
/// How many are kept, 1 to 10,000; 0, all of them, where nothing is written. Nothing when it is no
/// such number.
std::optional<std::size_t> read_keep(const std::string& text);
Exit complain_of_keep(Terminal& terminal);

/// "backup 3: 1204 events, 2021-04-05T..., 12 MB, root 5f2a..."
std::string to_words(const ledger::Backup& backup, std::uint64_t bytes, Terminal& terminal);

}  // namespace kinledger::tools

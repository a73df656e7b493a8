#include "tools/backup_arguments.h"

#include "ledger/log_lines.h"
#include "ledger/paths.h"
#include "tools/complaint.h"

namespace kinledger::tools {
namespace {

constexpr std::uint64_t kept_max = 10'000;

}  // namespace

ledger::BackupPlaces BackupArguments::places() const {
  return {directory,
          vault.empty() ? ledger::beside(directory, ".vault") : std::filesystem::path(vault)};
}

bool is_within(const std::filesystem::path& path, const std::filesystem::path& directory) {
  const auto resolved = [](const std::filesystem::path& of) {
    std::error_code error;
    auto canonical = std::filesystem::weakly_canonical(of, error);
    // What nobody may look at is compared as it is written.
    return error ? std::filesystem::absolute(of, error).lexically_normal() : canonical;
  };
  const auto relative = resolved(path).lexically_relative(resolved(directory));
  return !relative.empty() && *relative.begin() != "..";
}

std::optional<Exit> refuse_vault_within(const BackupArguments& arguments,
                                        std::string_view vault_option, Terminal& terminal) {
  const auto places = arguments.places();
  if (!is_within(places.vault, places.journal)) return std::nullopt;
  const std::string option(vault_option);
  return complain_of_usage(terminal, {option + " 不能在 " + arguments.directory + " 之内",
                                      option + " cannot be inside " + arguments.directory});
}

std::optional<Exit> refuse_within_ledger(const std::filesystem::path& place,
                                         const LedgerArguments& ledger, Terminal& terminal) {
  const ledger::Paths paths(ledger.directory, ledger.state);
  for (const auto& lost_together : {paths.directory, paths.state})
    if (!place.empty() && is_within(place, lost_together))
      return complain_of_usage(
          terminal,
          {"备份与密钥副本须在账本之外存放，否则将一同丢失：" + place.string(),
           "backups and copies of keys must be outside of the ledger, or they are lost with it: " +
               place.string()});
  return std::nullopt;
}

Parameter backup_word(BackupArguments& arguments) {
  auto directory = word("DIR", {"备份所在目录", "directory of the backups"}, arguments.directory);
  directory.offer = Parameter::Offer::directories;
  return directory;
}

Parameter backup_vault_option(BackupArguments& arguments) {
  auto vault = option("--vault", "DIR",
                      {"身份库的备份所在目录，宜另存他处；默认 DIR.vault",
                       "directory of the vault's part, best kept elsewhere; by default DIR.vault"},
                      arguments.vault);
  vault.offer = Parameter::Offer::directories;
  return vault;
}

Parameter keep_option(std::string& keep) {
  return option("--keep", "N",
                {"完成后只保留最新的 N 份；默认全部保留",
                 "keep the newest N when it is done; by default all"},
                keep);
}

std::optional<std::size_t> read_keep(const std::string& text) {
  if (text.empty()) return 0;
  const auto count = ledger::read_decimal(text);
  if (!count || *count == 0 || *count > kept_max) return std::nullopt;
  return static_cast<std::size_t>(*count);
}

Exit complain_of_keep(Terminal& terminal) {
  return complain_of_usage(terminal, {"保留的份数须为 1 到 10000", "1 to 10000 backups are kept"});
}

std::string to_words(const ledger::Backup& backup, std::uint64_t bytes, Terminal& terminal) {
  const auto number = std::to_string(backup.number);
  const auto events = std::to_string(backup.head.size.value);
  const auto taken = ledger::to_text(backup.taken_at);
  const auto megabytes = std::to_string((bytes + bytes_per_megabyte - 1) / bytes_per_megabyte);
  return std::string(
      terminal.say({"备份 " + number + "：" + events + " 条记录，" + taken + "，" + megabytes +
                        " MB，根 " + ledger::to_text(backup.head.root),
                    "backup " + number + ": " + events + " events, " + taken + ", " + megabytes +
                        " MB, root " + ledger::to_text(backup.head.root)}));
}

}  // namespace kinledger::tools

#include "ledger/intake/zip_archive.h"

#include <minizip/unzip.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <system_error>

#include "ledger/intake/advice.h"
#include "ledger/intake/row_source.h"
#include "ledger/result.h"

namespace kinledger::ledger::intake {
namespace {

constexpr unsigned long flag_encrypted = 1;
constexpr unsigned long method_stored = 0;
constexpr unsigned long method_deflated = 8;

Reason encrypted() {
  return {"XLSX_ENCRYPTED", "工作簿的内容已加密。请用表格软件打开，取消密码后另存为 .xlsx。",
          "The workbook is encrypted. Open it in a spreadsheet program, remove the password and "
          "save it as .xlsx."};
}

Reason unpacked_too_large() {
  return {"XLSX_TOO_LARGE",
          "工作簿解压后超过 200 MB 的上限。请拆分成几个工作簿，或另存为 CSV 提交。",
          "The workbook is above the limit of 200 MB unpacked. Split it, or save the sheet as "
          "CSV."};
}

Reason compression_bomb() {
  return {"XLSX_BOMB",
          "工作簿的压缩比异常，不像表格软件保存的文件。请将需要的行复制到新的工作簿后提交。",
          "The workbook is compressed as no spreadsheet program would. Copy the rows into a new "
          "workbook and hand that in."};
}

/// The key of a part: lower case, forward slashes (some programs write the other ones).
std::string key_of(std::string_view part) {
  std::string key(part);
  for (char& c : key) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == '\\') c = '/';
  }
  return key;
}

/// True if the file has its end-of-directory record (APPNOTE 4.3.16) in full. minizip takes bytes
/// beyond the end of the file for zeros, and so a record that is cut off for a shorter directory.
bool has_whole_end_record(const std::filesystem::path& path, std::uint64_t file_bytes) {
  constexpr std::uint64_t record_bytes = 22;
  constexpr std::uint64_t comment_bytes_max = 0xFFFF;
  const std::uint64_t tail_bytes = std::min(file_bytes, record_bytes + comment_bytes_max);
  std::string tail(tail_bytes, '\0');
  std::ifstream file(path, std::ios::binary);
  file.seekg(static_cast<std::streamoff>(file_bytes - tail_bytes));
  file.read(tail.data(), static_cast<std::streamsize>(tail_bytes));
  const std::size_t record = tail.rfind("PK\x05\x06");
  return file.good() && record != std::string::npos && tail_bytes - record >= record_bytes;
}

}  // namespace

Reason workbook_damaged(std::string_view part) {
  // A name that a program wrote is short; this one may come from the damaged file itself.
  const std::string name = shown_name(part);
  return {
      "XLSX_DAMAGED",
      "工作簿已损坏或不完整（部件 " + name + "）。请用表格软件打开并重新另存为 .xlsx，或重新下载。",
      "The workbook is damaged or incomplete (part " + name +
          "). Open it in a spreadsheet program and save it as .xlsx again, or fetch it again."};
}

void ZipArchive::Closer::operator()(void* zip) const { unzClose(zip); }

ZipArchive::~ZipArchive() = default;

Parsed<std::unique_ptr<ZipArchive>> ZipArchive::open(const std::filesystem::path& path) {
  std::error_code failed;
  const std::uint64_t file_bytes = std::filesystem::file_size(path, failed);
  if (failed) return file_unreadable();
  if (!has_whole_end_record(path, file_bytes)) return workbook_damaged("ZIP");
  void* const zip = unzOpen64(path.c_str());
  if (zip == nullptr) return workbook_damaged("ZIP");
  std::unique_ptr<ZipArchive> archive(new ZipArchive(zip, file_bytes));
  if (!archive->read_directory()) return workbook_damaged("ZIP");
  return archive;
}

bool ZipArchive::read_directory() {
  unz_global_info64 global{};
  if (unzGetGlobalInfo64(zip_.get(), &global) != UNZ_OK) return false;
  if (global.number_entry > zip_entries_max) return false;
  std::array<char, zip_name_bytes_max + 1> name{};
  for (std::uint64_t i = 0; i < global.number_entry; ++i) {
    const int moved = i == 0 ? unzGoToFirstFile(zip_.get()) : unzGoToNextFile(zip_.get());
    unz_file_info64 info{};
    unz64_file_pos position{};
    if (moved != UNZ_OK ||
        unzGetCurrentFileInfo64(zip_.get(), &info, name.data(), name.size(), nullptr, 0, nullptr,
                                0) != UNZ_OK ||
        unzGetFilePos64(zip_.get(), &position) != UNZ_OK || info.size_filename >= name.size()) {
      return false;
    }
    const bool inflatable =
        info.compression_method == method_stored || info.compression_method == method_deflated;
    const Entry entry{position.pos_in_zip_directory, position.num_of_file, info.uncompressed_size,
                      (info.flag & flag_encrypted) != 0, inflatable};
    // Of two parts of one name, different programs would read different ones.
    const std::string key = key_of({name.data(), info.size_filename});
    if (!entries_.emplace(key, entry).second) return false;
  }
  return true;
}

bool ZipArchive::contains(std::string_view part) const { return entries_.contains(key_of(part)); }

Parsed<bool> ZipArchive::open_part(std::string_view part) {
  unzCloseCurrentFile(zip_.get());  // of an earlier part that was not read to its end
  part_name_ = part;
  const auto found = entries_.find(key_of(part));
  if (found == entries_.end()) return workbook_damaged(part);
  const Entry& entry = found->second;
  if (entry.encrypted) return encrypted();
  const unz64_file_pos position{entry.directory_offset, entry.index};
  if (!entry.inflatable || unzGoToFilePos64(zip_.get(), &position) != UNZ_OK ||
      unzOpenCurrentFile(zip_.get()) != UNZ_OK) {
    return workbook_damaged(part);
  }
  part_size_bytes_ = entry.size_bytes;
  part_read_bytes_ = 0;
  return true;
}

Parsed<std::size_t> ZipArchive::read(std::span<char> bytes) {
  invariant(!part_name_.empty());
  constexpr std::size_t step_max = std::size_t{1} << 20;  // minizip counts in int
  const auto asked = static_cast<unsigned>(std::min(bytes.size(), step_max));
  const int got = unzReadCurrentFile(zip_.get(), bytes.data(), asked);
  if (got < 0) return workbook_damaged(part_name_);
  const auto read_bytes = static_cast<std::size_t>(got);
  part_read_bytes_ += read_bytes;
  inflated_bytes_ += read_bytes;
  if (auto reason = limit_exceeded()) return std::move(*reason);
  if (read_bytes > 0) return read_bytes;
  const bool whole = part_read_bytes_ == part_size_bytes_;
  // Closing compares the checksum.
  if (unzCloseCurrentFile(zip_.get()) != UNZ_OK || !whole) return workbook_damaged(part_name_);
  return read_bytes;
}

std::optional<Reason> ZipArchive::limit_exceeded() const {
  if (inflated_bytes_ > workbook_unpacked_bytes_max) return unpacked_too_large();
  const bool bomb = inflated_bytes_ > zip_ratio_free_bytes &&
                    inflated_bytes_ - zip_ratio_free_bytes > zip_ratio_max * file_bytes_;
  if (bomb) return compression_bomb();
  return std::nullopt;
}

}  // namespace kinledger::ledger::intake

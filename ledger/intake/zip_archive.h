// The parts of an .xlsx file: a ZIP archive (APPNOTE 6.3, ZIP64 included) read through minizip,
// with limits on what hostile archives could cost.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "ledger/refusal.h"

namespace kinledger::ledger::intake {

inline constexpr std::size_t zip_entries_max = 10'000;
inline constexpr std::size_t zip_name_bytes_max = 512;
/// All parts of a workbook that are read, inflated.
inline constexpr std::uint64_t workbook_unpacked_bytes_max = 200'000'000;
/// Inflated bytes for one of the file, counted beyond the first zip_ratio_free_bytes. Sheets reach
/// about 50, what deflate can do at most is about 1,000.
inline constexpr std::uint64_t zip_ratio_max = 200;
inline constexpr std::uint64_t zip_ratio_free_bytes = 10'000'000;

/// The workbook cannot be read: `part` is the name of the damaged part in the archive.
Reason workbook_damaged(std::string_view part);

/// One part is open at a time. Inflated bytes are counted as they come, whatever the headers claim.
/// Names are compared without regard to ASCII case, as the packaging standard (ECMA-376 part 2)
/// wants it. One thread at a time.
class ZipArchive {
 public:
  /// Reads the directory. Refused: FILE_UNREADABLE, XLSX_DAMAGED.
  static Parsed<std::unique_ptr<ZipArchive>> open(const std::filesystem::path& path);

  ZipArchive(const ZipArchive&) = delete;
  ZipArchive& operator=(const ZipArchive&) = delete;
  ~ZipArchive();

  bool contains(std::string_view part) const;

  /// Starts to read a part; one that was open is closed. Refused: XLSX_DAMAGED, also if there is
  /// no such part, XLSX_ENCRYPTED.
  Parsed<bool> open_part(std::string_view part);

  /// Fills `bytes` unless the part ends first; answers how many were read. 0 is the end: length
  /// and checksum were right. Refused: XLSX_DAMAGED, XLSX_BOMB, XLSX_TOO_LARGE.
  /// Precondition: a part is open.
  Parsed<std::size_t> read(std::span<char> bytes);

 private:
  struct Closer {
    void operator()(void* zip) const;
  };
  struct Entry {
    std::uint64_t directory_offset = 0;
    std::uint64_t index = 0;
    std::uint64_t size_bytes = 0;  ///< as the directory claims it
    bool encrypted = false;
    bool inflatable = false;  ///< stored or deflated
  };

  ZipArchive(void* zip, std::uint64_t file_bytes) : zip_(zip), file_bytes_(file_bytes) {}

  bool read_directory();
  std::optional<Reason> limit_exceeded() const;

  std::unique_ptr<void, Closer> zip_;
  std::uint64_t file_bytes_;
  std::uint64_t inflated_bytes_ = 0;  ///< of all parts so far
  std::map<std::string, Entry, std::less<>> entries_;
  std::string part_name_;  ///< the open part; empty: none
  std::uint64_t part_size_bytes_ = 0;
  std::uint64_t part_read_bytes_ = 0;
};

}  // namespace kinledger::ledger::intake

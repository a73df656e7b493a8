// What the tests of tables share: a directory that cleans up after itself, tables read to their
// end, archives and workbooks put together part by part.
#pragma once

#include <gtest/gtest.h>
#include <minizip/zip.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ledger/intake/row_source.h"
#include "ledger/intake/zip_archive.h"
#include "ledger/refusal.h"
#include "tests/test_directory.h"

namespace kinledger::ledger::intake {

using kinledger::TestDirectory;

inline void put_file(const std::filesystem::path& path, std::string_view bytes) {
  // A new file each time: file systems write out one that is cut to nothing and filled again.
  std::filesystem::remove(path);
  std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<long>(bytes.size()));
}

inline std::string file_bytes(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// A table read to its end or to its refusal.
struct ReadTable {
  std::vector<Row> rows;
  std::string code;  ///< of the refusal; empty: none
  std::string en;
  std::uint64_t refused_row = 0;
};

/// Also checks what holds for every source: the end and a refusal last.
inline ReadTable read_table(const std::filesystem::path& path, const OpenOptions& options = {}) {
  ReadTable table;
  const auto refuse = [&table](const Reason& reason) {
    table.code = reason.code;
    table.en = reason.en;
    EXPECT_FALSE(reason.zh.empty());
    EXPECT_FALSE(reason.en.empty());
  };
  auto source = open_rows(path, options);
  if (source.has_error()) {
    refuse(source.error());
    return table;
  }
  Row row;
  for (;;) {
    const auto more = (*source)->next(row);
    const auto again = [&] { return (*source)->next(row); };
    if (more.has_error()) {
      refuse(more.error());
      table.refused_row = row.number;
      EXPECT_TRUE(row.cells.empty());
      EXPECT_TRUE(again().error() == more.error());
      return table;
    }
    if (!*more) {
      EXPECT_FALSE(again().value());
      return table;
    }
    EXPECT_FALSE(row.cells.empty());
    table.rows.push_back(row);
  }
}

/// The texts of one row, column by column.
inline std::vector<std::string> texts(const Row& row) {
  std::vector<std::string> out;
  for (const Cell& cell : row.cells) out.push_back(cell.text);
  return out;
}

inline std::vector<std::uint64_t> row_numbers(const ReadTable& table) {
  std::vector<std::uint64_t> out;
  for (const Row& row : table.rows) out.push_back(row.number);
  return out;
}

using Parts = std::vector<std::pair<std::string, std::string>>;

struct ZipStyle {
  bool zip64 = false;
  int level = 6;
};

/// An archive of these parts, in this order.
inline void put_zip(const std::filesystem::path& path, const Parts& parts, ZipStyle style = {}) {
  const zipFile zip = zipOpen64(path.c_str(), APPEND_STATUS_CREATE);
  ASSERT_NE(zip, nullptr);
  for (const auto& [name, content] : parts) {
    const zip_fileinfo info{};
    ASSERT_EQ(zipOpenNewFileInZip64(zip, name.c_str(), &info, nullptr, 0, nullptr, 0, nullptr,
                                    style.level == 0 ? 0 : Z_DEFLATED, style.level, style.zip64),
              ZIP_OK);
    ASSERT_EQ(zipWriteInFileInZip(zip, content.data(), static_cast<unsigned>(content.size())),
              ZIP_OK);
    ASSERT_EQ(zipCloseFileInZip(zip), ZIP_OK);
  }
  ASSERT_EQ(zipClose(zip, nullptr), ZIP_OK);
}

/// One part of an archive, inflated; empty if there is none.
inline std::string part_of(const std::filesystem::path& path, std::string_view name) {
  auto archive = ZipArchive::open(path);
  if (archive.has_error() || (*archive)->open_part(name).has_error()) return {};
  std::string content;
  std::vector<char> step(1 << 16);
  for (;;) {
    const auto got = (*archive)->read(step);
    if (got.has_error() || *got == 0) return content;
    content.append(step.data(), *got);
  }
}

/// A workbook by hand, for what no library writes. Every member may be replaced.
struct HandmadeWorkbook {
  std::string rows = {};  ///< inside sheetData
  std::string sheet = "<worksheet><sheetData>{}</sheetData></worksheet>";
  std::string shared_strings = "<sst/>";
  std::string styles = "<styleSheet/>";
  std::string workbook_properties = {};
  std::string sheets = R"(<sheet name="名单" sheetId="1" r:id="rId1"/>)";
  std::string relationships =
      R"(<Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.xml"/>)"
      R"(<Relationship Id="rId2" Type="x/sharedStrings" Target="sharedStrings.xml"/>)"
      R"(<Relationship Id="rId3" Type="x/styles" Target="styles.xml"/>)";
  Parts more_parts = {};

  Parts parts() const {
    const std::size_t hole = sheet.find("{}");
    std::string sheet_xml = sheet;
    if (hole != std::string::npos) sheet_xml.replace(hole, 2, rows);
    Parts all = {
        {"_rels/.rels",
         R"(<Relationships><Relationship Id="a" Type="y/officeDocument" Target="xl/workbook.xml"/>)"
         "</Relationships>"},
        {"xl/workbook.xml",
         "<workbook>" + workbook_properties + "<sheets>" + sheets + "</sheets></workbook>"},
        {"xl/_rels/workbook.xml.rels", "<Relationships>" + relationships + "</Relationships>"},
        {"xl/styles.xml", styles},
        {"xl/sharedStrings.xml", shared_strings},
        {"xl/worksheets/sheet1.xml", sheet_xml},
    };
    all.insert(all.end(), more_parts.begin(), more_parts.end());
    return all;
  }
  void put(const std::filesystem::path& path, ZipStyle style = {}) const {
    put_zip(path, parts(), style);
  }
};

/// Characters that software loses: beyond the basic plane, compatibility ideographs, variation
/// selectors, the dot in names.
inline const std::vector<std::string> rare_texts = {
    "𠮷",               // U+20BB7
    "𬀩",             // U+2C029
    "\U0002F800",       // a compatibility ideograph that normalisation would replace
    "王\U000E0100",     // with a variation selector
    "阿依古丽·买买提",  // U+00B7
    " 两端 有空格　",
};

inline Row text_row(std::uint64_t number, const std::vector<std::string>& cells) {
  Row row{number, {}};
  for (const auto& text : cells) {
    row.cells.push_back({text.empty() ? CellKind::empty : CellKind::text, text});
  }
  return row;
}

}  // namespace kinledger::ledger::intake

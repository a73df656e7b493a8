// Makes the rows of a whole journal at once, as sorted table files. Rows are dealt into partitions
// by subject, in the order of their keys; then each partition is sorted and becomes one table. No
// row is read again or written twice, as a log-structured tree would do on its way down, and both
// steps run on all cores.
//
// Memory is bounded by partition_memory_bytes and by one partition for each thread: of a partition
// that grows beyond its share, the entries so far go to a file.
#pragma once

#include <rocksdb/options.h>
#include <rocksdb/sst_file_writer.h>

#include <filesystem>
#include <string>
#include <vector>

#include "ledger/journal.h"
#include "projections/row_store.h"

namespace kinledger::projections {

/// Entries held in memory by all partitions together.
inline constexpr std::size_t partition_memory_bytes = std::size_t{192} << 20;

struct TablePlan {
  const ledger::Journal& journal;
  ledger::TreeSize until;
  std::filesystem::path directory;  ///< exists; takes the tables and the files on the way to them
  const rocksdb::Options& options;
  const RowStore::Progress& progress;  ///< called from the calling thread
};

/// In ascending order, without overlap.
using Tables = std::vector<rocksdb::ExternalSstFileInfo>;
/// The tables of events [0, until). `unavailable` when the progress says so.
ledger::Result<Tables> write_tables(const TablePlan& plan);

}  // namespace kinledger::projections

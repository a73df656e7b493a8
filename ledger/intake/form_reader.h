// A table as submissions. It is read twice: first every row is checked and all that is refused is
// told at once; only then are the submissions made, so that nothing of a table with a fault in it
// is recorded. (A table that fits into one submission is kept and not read again.)
//
// The key is "import:" + form + ":" + the first 32 digits of a digest over the parsed rows: the
// same content saved again, as another kind of file or with its columns in another order, has the
// same key and changes nothing. A table that is larger than a submission becomes KEY/1 .. KEY/n.
//
// Refusal codes: those of form_rows.h; and
//   ROW_TWICE          a row that says the same as an earlier one
//   FORM_CHILD_TWICE   a child twice in one registration form
//   TABLE_EMPTY        no row below the header
//   FILE_CHANGED       the file was changed while it was read
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ledger/intake/form_rows.h"
#include "ledger/intake/refusal_list.h"
#include "ledger/refusal.h"
#include "ledger/submission.h"
#include "ledger/types.h"

namespace kinledger::ledger::intake {

struct ImportOptions {
  FormOptions form;
  /// Vault::sealed_digest. Seals the SHA-256 of the file and that of its rows.
  std::function<Hash(ByteView)> digest;
  ActorId actor;
  std::optional<Area> jurisdiction;

  /// Leave refused rows out instead of refusing the table.
  bool skip_invalid = false;
  /// Refusals by the ledger of an earlier reading; their rows are refused again.
  std::vector<Refusal> refused_by_ledger;
  /// Rows that an earlier reading found recorded already, ascending; they are left out.
  std::vector<std::uint64_t> recorded_rows;
  /// Called for each refused row, in order, with all that is refused of it.
  std::function<void(const Row&, std::span<const Refusal>)> on_refused_row;
};

class FormReader;

/// What came of checking a table.
struct CheckedTable {
  /// Ready to make the submissions; null when the table is refused or when every row of it is
  /// recorded already.
  std::unique_ptr<FormReader> reader;
  /// Without skip_invalid there is no reader unless this is empty; with it, refusals of rows that
  /// were left out.
  RefusalList refusals;
};

/// One thread at a time. The file must not change until the reader is destroyed.
class FormReader {
 public:
  static CheckedTable check(const std::filesystem::path& path, const ImportOptions& options);

  ~FormReader();
  FormReader(const FormReader&) = delete;
  FormReader& operator=(const FormReader&) = delete;

  const Form& form() const;
  /// Without the number of a part.
  const std::string& key() const { return key_; }
  /// Rows that became events, and submissions that next() will give.
  std::uint64_t rows() const { return source_.rows; }
  std::size_t submissions() const { return parts_.size(); }

  /// The next submission, nothing after the last. Refused: FILE_CHANGED, and as RowSource::next;
  /// `row` 0 is the whole file.
  boost::system::result<std::optional<Submission>, Refusal> next();
  /// Starts again with the first.
  void rewind();

  /// A refusal by the ledger, which names fields of events, with the heading of the column instead.
  Refusal in_table(Refusal refusal) const;

 private:
  /// One submission: how many rows it has, and what they say, to notice a changed file.
  struct Part {
    std::uint64_t rows = 0;
    std::uint64_t fingerprint = 0;
  };
  class Check;

  FormReader() = default;

  boost::system::result<std::vector<SubmittedEvent>, Refusal> read_part(const Part& part);

  std::filesystem::path path_;
  ImportOptions options_;
  FormHeader header_;
  std::string key_;
  Source source_;
  std::vector<Part> parts_;
  std::vector<std::uint64_t> rows_left_out_;  ///< refused or recorded already; ascending
  std::vector<SubmittedEvent> kept_;          ///< of the only part, until it is given away

  std::size_t next_part_ = 0;
  std::unique_ptr<FormRows> rows_;
  std::size_t left_out_passed_ = 0;
};

}  // namespace kinledger::ledger::intake

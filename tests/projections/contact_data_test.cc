// Telephone numbers and addresses of people, which no pack may hold.
#include "projections/contact_data.h"

#include <gtest/gtest.h>

namespace kinledger::projections {
namespace {

TEST(ContactData, IsFoundInWhateverWayItIsWritten) {
  // Put together here, so that no number stands in the source.
  const std::string local =
                        "8765"
                        "4321",
                    mobile =
                        "138"
                        "0000"
                        "1234",
                    mail =
                        "x.y"
                        "@"
                        "z.cn";
  EXPECT_TRUE(holds_contact_data("0571" + local));
  EXPECT_TRUE(holds_contact_data("电话：0571-" + local + "。"));
  EXPECT_TRUE(holds_contact_data("0571 " + local));
  EXPECT_TRUE(holds_contact_data("手机" + mobile));
  EXPECT_TRUE(
      holds_contact_data(mobile.substr(0, 3) + "-" + mobile.substr(3, 4) + "-" + mobile.substr(7)));
  EXPECT_TRUE(holds_contact_data("mail " + mail));
}

TEST(ContactData, IsNotMistakenInDatesAmountsAndDocumentNumbers) {
  for (const char* text : {"2021-03-31", "苏社基〔2019〕68号", "19,200", "330106", "7400余家",
                           "160 x 12 x 10", "西湖大道149号", "I @ home", "2021-01-01 2021-12-31"}) {
    EXPECT_FALSE(holds_contact_data(text)) << text;
  }
}

}  // namespace
}  // namespace kinledger::projections

// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.name;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LogicalFileNameTest {

  private static final String GUID = "0A1B2C3D-1111-2222-3333-ABCDEF012345.root";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /store/data/Run2018A/SingleMuon/MINIAOD/17Sep2018-v2/00000/        | data | Run2018A | SingleMuon | MINIAOD | 17Sep2018-v2 | /SingleMuon/Run2018A-17Sep2018-v2/MINIAOD
          /store/data/Run2018A/SingleMuon/RAW/v1/000/315/257/00000/          | data | Run2018A | SingleMuon | RAW | unknown | unknown
          /store/data/Run2018A/EGamma/AOD/PromptReco-v1/000/315/257/00000/   | data | Run2018A | EGamma | AOD | PromptReco-v1 | /EGamma/Run2018A-PromptReco-v1/AOD
          /store/mc/RunIIAutumn18MiniAOD/TTTo2L2Nu_TuneCP5/MINIAODSIM/102X_upgrade2018_realistic_v15-v1/110000/ | mc | RunIIAutumn18MiniAOD | TTTo2L2Nu_TuneCP5 | MINIAODSIM | 102X_upgrade2018_realistic_v15-v1 | /TTTo2L2Nu_TuneCP5/RunIIAutumn18MiniAOD-102X_upgrade2018_realistic_v15-v1/MINIAODSIM
          /store/mc/RunIISummer/QCD/GEN-SIM-DIGI-RAW/cond-v10/10000/         | mc | RunIISummer | QCD | GEN-SIM-DIGI-RAW | cond-v10 | /QCD/RunIISummer-cond-v10/GEN-SIM-DIGI-RAW
          /store/hidata/HIRun2018A/HIMinimumBias0/AOD/04Apr2019-v1/00000/    | hidata | HIRun2018A | HIMinimumBias0 | AOD | 04Apr2019-v1 | /HIMinimumBias0/HIRun2018A-04Apr2019-v1/AOD
          /store/mc/Camp/Proc/minitier/cond-v1/10000/                        | mc | Camp | Proc | unknown | cond-v1 | unknown
          /store/mc/Camp/Proc/AOD-/cond-v1/10000/                            | mc | Camp | Proc | unknown | cond-v1 | unknown
          /store/data/Run2018A/                                              | data | Run2018A | unknown | unknown | unknown | unknown
          /store/user/ada/ntuple/0001/                                       | user | unknown | unknown | unknown | unknown | unknown
          /store/temp/user/ada/0001/                                         | temp | unknown | unknown | unknown | unknown | unknown
          /store/newclass/a/b/AOD/c-v1/                                      | unknown | unknown | unknown | unknown | unknown | unknown
          /images/                                                           | unknown | unknown | unknown | unknown | unknown | unknown
          """)
  void partsOfTheName(
      String folder,
      String kind,
      String era,
      String primary,
      String tier,
      String proc,
      String set) {
    LogicalFileName name = LogicalFileName.parse(folder + GUID);
    assertThat(name.path()).isEqualTo(folder + GUID);
    assertThat(name.storeClass()).isEqualTo(kind);
    assertThat(name.era()).isEqualTo(era);
    assertThat(name.primaryDataset()).isEqualTo(primary);
    assertThat(name.tier()).isEqualTo(tier);
    assertThat(name.processing()).isEqualTo(proc);
    assertThat(name.dataset()).isEqualTo(set);
  }

  /** The spellings under which the same file is seen. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/store/mc/Camp/Proc/AODSIM/cond-v1/10000/f.root",
        "store/mc/Camp/Proc/AODSIM/cond-v1/10000/f.root",
        "//store//mc/Camp/Proc///AODSIM/cond-v1/10000/f.root",
        "  /store/mc/Camp/Proc/AODSIM/cond-v1/10000/f.root\t",
        "/eos/cms/store/mc/Camp/Proc/AODSIM/cond-v1/10000/f.root",
        "root://eoscms.cern.ch//eos/cms/store/mc/Camp/Proc/AODSIM/cond-v1/10000/f.root",
        "root://xrootd-cms.infn.it//store/mc/Camp/Proc/AODSIM/cond-v1/10000/f.root",
        "roots://[::1]:1094/store/mc/Camp/Proc/AODSIM/cond-v1/10000/f.root",
        "https://se.example.org:1094//store/mc/Camp/Proc/AODSIM/cond-v1/10000/f.root",
        "davs://se.example.org:443/dpm/example.org/home/cms/store/mc/Camp/Proc/AODSIM/cond-v1/10000/f.root",
        "/pnfs/example.org/data/cms/prod/store/mc/Camp/Proc/AODSIM/cond-v1/10000/f.root",
        "gsiftp://se.example.org/mnt/hadoop/cms/store/mc/Camp/Proc/AODSIM/cond-v1/10000/f.root",
        "srm://se.example.org/user/uscms01/pnfs/example.org/data4/cms/store/mc/Camp/Proc/AODSIM/cond-v1/10000/f.root",
        "root://eos.example.org//eos/uscms/store/mc/Camp/Proc/AODSIM/cond-v1/10000/f.root"
      })
  void oneFileWhateverItsPrefix(String spelling) {
    LogicalFileName name = LogicalFileName.parse(spelling);
    assertThat(name.path()).isEqualTo("/store/mc/Camp/Proc/AODSIM/cond-v1/10000/f.root");
    assertThat(name.group()).isEqualTo("/Proc/Camp-cond-v1/AODSIM");
  }

  /** A folder called store that is no site's: what stands before it tells the files apart. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/eos/user/a/alice/store/x",
        "/eos/user/b/bob/store/x",
        "/eos/user/c/cms/store/user/x",
        "/eos/user/a/alice/cms/store/mc/Camp/Proc/AODSIM/cond-v1/10000/f.root",
        "/eos/home-a/alice/cms/store/data/f.root",
        "/eos/project/c/cms/store/data/f.root",
        "/afs/cern.ch/user/a/alice/cms/store/data/f.root",
        "/home/cms/store/data/f.root",
        "/user/uscms01/cms/alice/store/data/f.root",
        "/user/uscms01x/data/cms/store/data/f.root",
        "/user/alice/uscms01/cms/store/data/f.root",
        "/user/uscms01/tmp/cms/store/data/f.root",
        "/home/alice/store/mc/Camp/Proc/AODSIM/cond-v1/10000/f.root",
        "/data1/store/mc/f.root",
        "/cms/store/item/1",
        "a/store/mc/f.root"
      })
  void anotherStoreIsNotCut(String path) {
    assertThat(LogicalFileName.parse(path).path()).isEqualTo(path);
    assertThat(LogicalFileName.parse("root://eosuser.example.org/" + path).path())
        .isEqualTo(path.startsWith("/") ? path : "/" + path);
    String web = "https://host.example.org/" + path;
    assertThat(LogicalFileName.parse(web).path()).isEqualTo(web);
  }

  /** Classes that the grammar does not know are cut too where the prefix is beyond doubt. */
  @Test
  void theExperimentsOwnAreaIsCutWhateverFollows() {
    assertThat(LogicalFileName.parse("/eos/cms/store/cmst3/group/x/f.root").path())
        .isEqualTo("/store/cmst3/group/x/f.root");
  }

  /** The same path on two hosts is two files. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://a.example.org/index.html",
        "HTTPS://a.example.org/x//y",
        "http://shop.example.org/store/item/1",
        "http://a.example.org"
      })
  void otherWebAddressesAreLeftWhole(String address) {
    assertThat(LogicalFileName.parse(address).path()).isEqualTo(address);
    assertThat(LogicalFileName.parse(LogicalFileName.parse(address).path()))
        .isEqualTo(LogicalFileName.parse(address));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /store/user/ada/ntuple/0001/f.root      | /store/user/ada/ntuple
          /store/user/ada/ntuple/0001/0002/f.root | /store/user/ada/ntuple
          /store/user/ada/v2/f.root               | /store/user/ada/v2
          /images/logo.gif                        | /images
          /index.html                             | /
          /123/f                                  | /123
          /a/12/                                  | /a
          7/8/f                                   | 7
          block17                                 | block17
          18446744073709551615                    | 18446744073709551615
          /                                       | /
          """)
  void groupOfOtherNamesIsTheirFolderWithoutCounters(String name, String group) {
    assertThat(LogicalFileName.parse(name).group()).isEqualTo(group);
  }

  @Test
  void eventSizesOfTheTiersThatAreKnown() {
    assertThat(LogicalFileName.parse("/store/mc/C/P/NANOAODSIM/c-v1/1/f").eventKilobytes())
        .hasValue(1.5);
    assertThat(LogicalFileName.parse("/store/data/C/P/RAW/c-v1/1/f").eventKilobytes()).isEmpty();
  }

  @Test
  void parsingIsIdempotentAndNeverThrows() {
    long seed = 42;
    Random random = new Random(seed);
    String[] pieces = {
      "/",
      "//",
      "store",
      "data",
      "mc",
      "user",
      "root://",
      ":",
      "AOD",
      "-v",
      "12",
      "000",
      ".",
      "..",
      "-",
      "\\",
      " ",
      "\n",
      "\0",
      "é",
      "\uD83D",
      "%2F",
      "?",
      "#",
      "x-v1",
      "Run2018A",
      "\uFEFF"
    };
    for (int i = 0; i < 200_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(14); n > 0; n--) {
        text.append(
            random.nextInt(10) == 0
                ? String.valueOf((char) random.nextInt(0x10000))
                : pieces[random.nextInt(pieces.length)]);
      }
      LogicalFileName name = LogicalFileName.parse(text.toString());
      assertThat(name.group()).isNotNull();
      LogicalFileName again = LogicalFileName.parse("root://host/" + name.path());
      if (name.path().startsWith("/store/")) {
        assertThat(again).as("seed %d, name '%s'", seed, text).isEqualTo(name);
      }
    }
  }

  /** Names come from the wire: a megabyte of one must cost neither the stack nor minutes. */
  @ParameterizedTest
  @ValueSource(strings = {"/1", "A-", "-v1", "/", "x/", "root://", "a:", "AOD/", "/store/mc", "1"})
  void longNamesAreParsedToo(String piece) {
    String tail = piece.repeat((1 << 20) / piece.length());
    for (String start : new String[] {"", "/store/mc/C/P/", "/store/mc/C/P/AOD/"}) {
      LogicalFileName name = LogicalFileName.parse(start + tail + "/f.root");
      assertThat(name.group()).isNotEmpty();
    }
  }
}

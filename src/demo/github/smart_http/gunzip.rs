//! Reading gzip: `git` compresses long requests, and nothing else in the house can undo that.
//! RFC 1951 and RFC 1952; no checksum is verified, TCP has done so.

/// The largest body that is unpacked.
const LARGEST: usize = 16 << 20;

/// What was wrong with a compressed body.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("malformed gzip body")]
pub(super) struct Malformed;

/// Unpacks a gzip body of one member.
pub(super) fn gunzip(bytes: &[u8]) -> Result<Vec<u8>, Malformed> {
    let [0x1f, 0x8b, 8, flags, ..] = *bytes else {
        return Err(Malformed);
    };
    let mut at = 10;
    if flags & 4 != 0 {
        let length = bytes.get(at..at + 2).ok_or(Malformed)?;
        at += 2 + usize::from(u16::from_le_bytes([length[0], length[1]]));
    }
    for flag in [8, 16] {
        if flags & flag != 0 {
            let rest = bytes.get(at..).ok_or(Malformed)?;
            at += rest.iter().position(|byte| *byte == 0).ok_or(Malformed)? + 1;
        }
    }
    if flags & 2 != 0 {
        at += 2;
    }
    inflate(bytes.get(at..).ok_or(Malformed)?)
}

struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn bit(&mut self) -> Result<usize, Malformed> {
        let byte = self.bytes.get(self.at / 8).ok_or(Malformed)?;
        let bit = (byte >> (self.at % 8)) & 1;
        self.at += 1;
        Ok(usize::from(bit))
    }

    fn number(&mut self, width: usize) -> Result<usize, Malformed> {
        let mut number = 0;
        for place in 0..width {
            number |= self.bit()? << place;
        }
        Ok(number)
    }

    fn align(&mut self) {
        self.at = self.at.div_ceil(8) * 8;
    }
}

/// A canonical Huffman code: how many codes there are of each length, and the symbols in order.
struct Code {
    counts: [usize; 16],
    symbols: Vec<usize>,
}

impl Code {
    fn new(lengths: &[usize]) -> Self {
        let mut counts = [0; 16];
        for length in lengths {
            counts[*length] += 1;
        }
        counts[0] = 0;
        let mut symbols: Vec<usize> = (0..lengths.len()).filter(|symbol| lengths[*symbol] > 0).collect();
        symbols.sort_by_key(|symbol| (lengths[*symbol], *symbol));
        Self { counts, symbols }
    }

    fn read(&self, bits: &mut Bits<'_>) -> Result<usize, Malformed> {
        let (mut code, mut first, mut index) = (0usize, 0usize, 0usize);
        for count in &self.counts[1..] {
            code |= bits.bit()?;
            if code < first + count {
                return self.symbols.get(index + code - first).copied().ok_or(Malformed);
            }
            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }
        Err(Malformed)
    }
}

fn inflate(bytes: &[u8]) -> Result<Vec<u8>, Malformed> {
    let mut bits = Bits { bytes, at: 0 };
    let mut out = Vec::new();
    loop {
        let last = bits.bit()? == 1;
        match bits.number(2)? {
            0 => stored(&mut bits, &mut out)?,
            1 => {
                let lengths: Vec<usize> = (0..288)
                    .map(|symbol| match symbol {
                        0..144 => 8,
                        144..256 => 9,
                        256..280 => 7,
                        _ => 8,
                    })
                    .collect();
                block(&mut bits, &mut out, &Code::new(&lengths), &Code::new(&[5; 30]))?;
            }
            2 => {
                let (literals, distances) = codes(&mut bits)?;
                block(&mut bits, &mut out, &literals, &distances)?;
            }
            _ => return Err(Malformed),
        }
        if last {
            return Ok(out);
        }
    }
}

fn stored(bits: &mut Bits<'_>, out: &mut Vec<u8>) -> Result<(), Malformed> {
    bits.align();
    let length = bits.number(16)?;
    bits.number(16)?;
    let start = bits.at / 8;
    out.extend(bits.bytes.get(start..start + length).ok_or(Malformed)?);
    bits.at += length * 8;
    if out.len() > LARGEST {
        Err(Malformed)
    } else {
        Ok(())
    }
}

/// The two codes of a dynamic block.
fn codes(bits: &mut Bits<'_>) -> Result<(Code, Code), Malformed> {
    const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
    let literals = bits.number(5)? + 257;
    let distances = bits.number(5)? + 1;
    let count = bits.number(4)? + 4;
    let mut lengths = [0; 19];
    for place in &ORDER[..count] {
        lengths[*place] = bits.number(3)?;
    }
    let code = Code::new(&lengths);
    let mut all: Vec<usize> = Vec::new();
    while all.len() < literals + distances {
        match code.read(bits)? {
            16 => {
                let before = *all.last().ok_or(Malformed)?;
                let times = bits.number(2)? + 3;
                all.extend(std::iter::repeat_n(before, times));
            }
            17 => {
                let times = bits.number(3)? + 3;
                all.extend(std::iter::repeat_n(0, times));
            }
            18 => {
                let times = bits.number(7)? + 11;
                all.extend(std::iter::repeat_n(0, times));
            }
            length => all.push(length),
        }
    }
    let rest = all.get(literals..literals + distances).ok_or(Malformed)?;
    Ok((Code::new(&all[..literals]), Code::new(rest)))
}

fn block(bits: &mut Bits<'_>, out: &mut Vec<u8>, literals: &Code, distances: &Code) -> Result<(), Malformed> {
    loop {
        match literals.read(bits)? {
            symbol @ 0..256 => out.push(u8::try_from(symbol).map_err(|_| Malformed)?),
            256 => return Ok(()),
            symbol => {
                let length = length(bits, symbol - 257)?;
                let symbol = distances.read(bits)?;
                let distance = distance(bits, symbol)?;
                let start = out.len().checked_sub(distance).ok_or(Malformed)?;
                for place in start..start + length {
                    out.push(out[place]);
                }
            }
        }
        if out.len() > LARGEST {
            return Err(Malformed);
        }
    }
}

/// The length that a symbol above 256 stands for: four codes for each further extra bit.
fn length(bits: &mut Bits<'_>, code: usize) -> Result<usize, Malformed> {
    match code {
        0..8 => Ok(code + 3),
        8..28 => {
            let extra = code / 4 - 1;
            Ok(3 + ((4 + code % 4) << extra) + bits.number(extra)?)
        }
        28 => Ok(258),
        _ => Err(Malformed),
    }
}

/// The distance that a symbol stands for: two codes for each further extra bit.
fn distance(bits: &mut Bits<'_>, code: usize) -> Result<usize, Malformed> {
    match code {
        0..4 => Ok(code + 1),
        4..30 => {
            let extra = code / 2 - 1;
            Ok(1 + ((2 + code % 2) << extra) + bits.number(extra)?)
        }
        _ => Err(Malformed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `printf 'want want want want want\n' | gzip -n`: a fixed block with a repetition.
    const FIXED: &str = "1f8b08000000000000032b4fcc2b5128c724b8009fa8b0f619000000";

    #[test]
    fn a_fixed_block_with_repetitions_is_unpacked() {
        let bytes = hex::decode(FIXED).unwrap();
        assert_eq!(gunzip(&bytes).unwrap(), b"want want want want want\n");
    }

    #[test]
    fn a_stored_block_is_unpacked() {
        let mut bytes = hex::decode("1f8b0800000000000003").unwrap();
        bytes.extend([1, 3, 0, 0xfc, 0xff, b'a', b'b', b'c']);
        assert_eq!(gunzip(&bytes).unwrap(), b"abc");
    }

    #[test]
    fn a_broken_body_is_an_error() {
        let bytes = hex::decode(FIXED).unwrap();
        for end in 0..18 {
            assert_eq!(gunzip(&bytes[..end]), Err(Malformed), "{end} bytes");
        }
    }
}

// SPDX-License-Identifier: UNLICENSED
pragma solidity ^0.8.30;

/// A wallet that is a contract (ERC-1271): what its owner's key signed, it signed. For the local chain only.
contract Wallet {
    address public immutable owner;

    constructor(address owner_) {
        owner = owner_;
    }

    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        if (signature.length != 65) return 0xffffffff;
        address signer = ecrecover(hash, uint8(signature[64]), bytes32(signature[:32]), bytes32(signature[32:64]));
        return signer != address(0) && signer == owner ? this.isValidSignature.selector : bytes4(0xffffffff);
    }
}

/// Puts wallets at addresses that are known before there is anything at them (ERC-6492).
contract WalletFactory {
    function make(address owner, bytes32 salt) external returns (address) {
        return address(new Wallet{salt: salt}(owner));
    }

    function addressOf(address owner, bytes32 salt) external view returns (address) {
        bytes32 code = keccak256(abi.encodePacked(type(Wallet).creationCode, abi.encode(owner)));
        return address(uint160(uint256(keccak256(abi.encodePacked(bytes1(0xff), address(this), salt, code)))));
    }
}

/// Contracts that are asked for a signature and give none: one reverts, one never ends, one says yes in the wrong words.
contract Unruly {
    enum Manner {
        Reverts,
        Endless,
        Talks
    }

    Manner private immutable manner;

    constructor(Manner manner_) {
        manner = manner_;
    }

    function isValidSignature(bytes32, bytes calldata) external view returns (bytes memory) {
        if (manner == Manner.Reverts) revert("no");
        while (manner == Manner.Endless) {}
        return abi.encodePacked(this.isValidSignature.selector);
    }
}
